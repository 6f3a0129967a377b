using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Rubato.Client;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Rubato.Web.Components.Shared;
using Rubato.Web.Formatting;
using Rubato.Web.Queries;

namespace Rubato.Web.Components.Search;

/// <summary>Traces by query. The address is the state: every search is a navigation, so back and reload give what was there.</summary>
public sealed partial class SearchPage
{
    private readonly Reading _reading;
    private readonly Reading _names;
    private readonly Reading _picture;
    private readonly Reading _opening;
    private IDisposable? _keys;
    private SearchState _state = SearchState.Parse(null, null, null, null, null, default);
    private SearchState? _shown;
    private QueryParts _parts = new();
    private bool _partsShown = true;
    private string _query = "";
    private string? _problem;
    private TraceQLError? _mistake;
    private SearchSoFar? _result;
    private IReadOnlyList<TraceSummary> _sorted = [];
    private TimeSpan _took;
    private int _selected = -1;
    private IReadOnlyList<string> _serviceNames = [];
    private IReadOnlyList<string> _attributeNames = [];
    private string _newField = "";
    private string _newComparison = "=";
    private string _newValue = "";
    private string? _newProblem;

    public SearchPage() => (_reading, _names, _picture, _opening) = (new Reading(StateHasChanged), new Reading(StateHasChanged), new Reading(StateHasChanged), new Reading(StateHasChanged));

    [SupplyParameterFromQuery(Name = "q")]
    public string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "limit")]
    public string? Limit { get; set; }

    [SupplyParameterFromQuery(Name = "cols")]
    public string? Columns { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    public void Dispose()
    {
        foreach (var reading in (Reading[])[_reading, _names, _picture, _opening]) reading.Dispose();
        _keys?.Dispose();
        Server.TenantChanged -= OnTenantChanged;
    }

    protected override void OnInitialized()
    {
        Server.TenantChanged += OnTenantChanged;
        _keys = Shortcuts.Add("Search",
        [
            ("/", "Write a query", () => InvokeAsync(() => Browser.FocusAsync("#query"))),
            ("j", "Next trace", () => StepAsync(1)), ("k", "Previous trace", () => StepAsync(-1)), ("enter", "Open the trace", OpenAsync),
        ]);
    }

    protected override async Task OnParametersSetAsync()
    {
        var state = SearchState.Parse(Query, From, To, Limit, Sort, Clock.GetUtcNow(), Columns);
        if (state == _shown) return;
        var isSameSearch = _shown is { } shown && shown with { Sort = state.Sort } == state && _result is not null;
        (_state, _shown) = (state, state);
        if (isSameSearch)
        {
            Order();
            return;
        }

        _query = state.Query;
        Check();
        await ReadAsync();
    }

    private void OnTenantChanged() => _ = InvokeAsync(() =>
    {
        (_heatMap, _heatMapOf, _serviceNames, _attributeNames) = (null, null, [], []);
        return ReadAsync();
    });

    /// <summary>The rows, and after them what only helps, so that it holds nothing up.</summary>
    private async Task ReadAsync()
    {
        var state = _shown;
        await RunAgainAsync();
        if (state != _shown) return;
        await KeepAsync();
        await ReadHeatMapAsync();
        await ReadNamesAsync();
    }

    private async Task KeepAsync()
    {
        if (_problem is not null) return;
        try
        {
            await Shelf.WriteAsync((await Shelf.ReadAsync()).Used(_query));
        }
        catch (Exception e) when (PageObjects.IsPageGone(e))
        {
            // The page is closed.
        }
    }

    private static string Text(ChangeEventArgs args) => (args.Value as string ?? "").Trim();

    private void UseParts(QueryParts parts)
    {
        _parts = parts;
        _query = parts.ToQuery();
        Check();
        if (_problem is null) Run();
    }

    /// <summary>While it is typed: is it a query, and one that the fields can show?</summary>
    private void Check()
    {
        (_problem, _mistake) = (null, null);
        _partsShown = QueryParts.TryParse(_query, out var parts);
        if (_partsShown) _parts = parts;
        if (string.IsNullOrWhiteSpace(_query)) return;
        if (!TraceQLCompiler.TryCompile(_query, QueryUse.Search, out _, out var error)) (_problem, _mistake) = (error.Describe(_query), error);
    }

    private void AddCondition()
    {
        if (!QueryConditions.TryMake(_newField, _newComparison, _newValue, out var condition, out var problem))
        {
            _newProblem = problem;
            return;
        }

        (_newField, _newValue, _newProblem) = ("", "", null);
        UseParts(_parts with { More = [.. _parts.More, condition] });
    }

    private void AddColumn(ChangeEventArgs args)
    {
        var name = Text(args);
        if (name.Length > 0 && SearchState.IsColumn(name)) Go(_state.WithColumn(name));
    }

    private void UseText(string text)
    {
        _query = text;
        Check();
    }

    private void UseSaved(string query)
    {
        UseText(query);
        Run();
    }

    private void Run()
    {
        if (_problem is null) Go(_state with { Query = _query.Trim() });
    }

    private void Go(SearchState state)
    {
        if (state == _shown) _ = InvokeAsync(RunAgainAsync);
        else Navigation.NavigateTo(state.ToAddress());
    }

    private async Task RunAgainAsync()
    {
        _opening.Stop();
        _reading.Stop();
        (_result, _selected) = (null, -1);
        if (_problem is not null) return;
        var began = Stopwatch.GetTimestamp();
        await _reading.RunAsync(async cancellationToken =>
        {
            // The form first: it can be used while the rows, which are many times as much, are found and drawn.
            await Task.Yield();
            var (start, end) = _state.Range.Resolve(Clock.GetUtcNow());
            var options = new SearchOptions { Start = start, End = end.AddSeconds(1), Limit = _state.Limit };
            await foreach (var part in Server.Client.SearchStreamAsync(_state.SentQuery, options, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _result = _result is null ? new SearchSoFar(part.Traces, part) : _result.With(part);
                _took = Stopwatch.GetElapsedTime(began);
                Order();
                StateHasChanged();
            }
        });
    }

    private string Scanned(SearchSoFar result)
    {
        var work = $"{Format.Count(result.Last.InspectedSpans)} spans in {Format.Count(result.Last.TotalBlocks)} blocks, {Format.Bytes(result.Last.InspectedBytes)}, {Format.Duration(_took)}";
        if (!result.IsDone) return !_reading.IsRunning ? $"cancelled after {work}" : $"{Format.Percent(result.Last.CompletedJobs / (double)Math.Max(1, result.Last.TotalJobs))} searched: {work}";
        return $"scanned {work}" + (result.Last.Incomplete is null ? "; the answer is complete" : "");
    }

    /// <summary>What the fields offer. Only a convenience: where it fails, the search itself says what is wrong.</summary>
    private async Task ReadNamesAsync()
    {
        if (_serviceNames.Count > 0 || _reading.Error is not null) return;
        await _names.RunAsync(async cancellationToken =>
        {
            var (start, end) = _state.Range.Resolve(Clock.GetUtcNow());
            var values = await Server.Client.GetTagValuesAsync("resource.service.name", null, new SearchOptions { Start = start, End = end.AddSeconds(1), Limit = 500 }, cancellationToken);
            _serviceNames = [.. values.Select(v => v.Value)];
            _attributeNames = await Lookup.NamesAsync(_state.Range, cancellationToken);
        });
    }

    private void Order()
    {
        IReadOnlyList<TraceSummary> traces = _result?.Traces ?? [];
        _sorted = _state.Sort switch
        {
            SearchSort.Longest => [.. traces.OrderByDescending(t => t.DurationMs)],
            SearchSort.Spans => [.. traces.OrderByDescending(t => t.ServiceStats.Values.Sum(s => s.SpanCount))],
            SearchSort.Errors => [.. traces.OrderByDescending(t => t.ServiceStats.Values.Sum(s => s.ErrorCount))],
            _ => traces,
        };
    }

    private Task StepAsync(int by) => InvokeAsync(() =>
    {
        if (_sorted.Count == 0) return;
        _selected = Math.Clamp(_selected + by, 0, _sorted.Count - 1);
        StateHasChanged();
    });

    private Task OpenAsync() => InvokeAsync(() =>
    {
        if (_selected >= 0 && _selected < _sorted.Count) Navigation.NavigateTo(SearchResults.AddressOf(_sorted[_selected], _state.Query.Length > 0));
    });
}
