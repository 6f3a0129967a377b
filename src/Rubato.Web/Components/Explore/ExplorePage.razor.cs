using System.Globalization;
using Microsoft.AspNetCore.Components;
using Rubato.Client;
using Rubato.TraceQL.Syntax;
using Rubato.Web.Components.Search;
using Rubato.Web.Components.Shared;
using Rubato.Web.Explore;
using Rubato.Web.Formatting;
using Rubato.Web.Queries;
using Rubato.Web.Times;

namespace Rubato.Web.Components.Explore;

/// <summary>From a signal to the traces behind it: break down by an attribute, include and exclude values, compare a selection with the rest. The address is the state.</summary>
public sealed partial class ExplorePage
{
    private static readonly string[] Favourites = ["resource.service.name", "name", "span.http.route", "span.http.response.status_code", "kind", "status"];

    private readonly Reading _reading;
    private ExploreState _state = ExploreState.Parse(null, null, null, null, null, null, null, null, default);
    private ExploreState? _shown;
    private IReadOnlyList<string> _names = [];
    private IReadOnlyList<BreakdownRow> _rows = [];
    private IReadOnlyList<ComparisonRow> _compared = [];
    private IReadOnlyList<double>? _total;
    private HeatMapGrid? _heatMap;
    private TimeSpan _slow = TimeSpan.FromSeconds(1);
    private string? _byProblem;
    private string _query = "";
    private double _summary;
    private double _most;

    public ExplorePage() => _reading = new Reading(StateHasChanged);

    [SupplyParameterFromQuery(Name = "signal")]
    public string? Signal { get; set; }

    [SupplyParameterFromQuery(Name = "spans")]
    public string? Spans { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    public string? By { get; set; }

    [SupplyParameterFromQuery(Name = "p")]
    public string? Quantile { get; set; }

    [SupplyParameterFromQuery(Name = "f")]
    public string[]? Filters { get; set; }

    [SupplyParameterFromQuery(Name = "box")]
    public string? Box { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    public void Dispose()
    {
        _reading.Dispose();
        Server.TenantChanged -= OnTenantChanged;
    }

    protected override void OnInitialized() => Server.TenantChanged += OnTenantChanged;

    protected override async Task OnParametersSetAsync()
    {
        var state = ExploreState.Parse(Signal, Spans, Tab, By, Filters, Quantile, From, To, Clock.GetUtcNow()) with { Box = ExploreBox.Parse(Box) };
        if (state == _shown) return;
        (_state, _shown) = (state, state);
        await ReadAsync();
    }

    private static string Text(ChangeEventArgs args) => (args.Value as string ?? "").Trim();

    private static string Width(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#}%");

    private static double Most(IReadOnlyList<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(0).Max();

    private void OnTenantChanged() => _ = InvokeAsync(ReadAsync);

    private void Go(ExploreState state) => Navigation.NavigateTo(state.ToAddress());

    private void UseBy(ChangeEventArgs args)
    {
        var by = Text(args);
        _byProblem = by.Length == 0 || TraceQLParser.TryParseField(by, out _, out _) ? null : $"{by} is no name of an attribute: they are written with their scope, such as span.http.route";
        if (_byProblem is null) Go(_state with { By = by.Length == 0 ? ExploreState.DefaultBy : by });
    }

    private void UseBox(HeatMapBox box)
    {
        if (_heatMap is not { IsEmpty: false } grid) return;
        var (range, longerThan, atMost) = grid.Box(box.Column, box.Row, box.OtherColumn, box.OtherRow);
        if (_state.Tab == ExploreTab.Comparison)
        {
            var (from, to) = range.Resolve(Clock.GetUtcNow());
            Go(_state with { Box = new ExploreBox(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), longerThan.Ticks * 100, atMost.Ticks * 100) });
            return;
        }

        var narrowed = _state.Filters.Where(f => !f.StartsWith("duration ", StringComparison.Ordinal));
        Go(_state with { Filters = [.. narrowed, $"duration > {QueryEdit.Text(longerThan)}", $"duration <= {QueryEdit.Text(atMost)}"], Range = range });
    }

    private Task ReadAsync()
    {
        _byProblem = null;
        _reading.Stop();
        return _reading.RunAsync(cancellationToken => ReadAsync(_state, cancellationToken));
    }

    private async Task ReadAsync(ExploreState state, CancellationToken cancellationToken)
    {
        var (start, end) = state.Range.Resolve(Clock.GetUtcNow());
        var step = HeatMapGrid.StepFor(end - start);
        _query = state.Tab == ExploreTab.Breakdown ? ExploreQueries.Breakdown(state) : "";
        var total = await RangeAsync(ExploreQueries.Total(state));
        _total = total.Series.Count == 0 ? [] : [.. total.Series[0].Samples.Select(s => s.Value)];
        var finite = _total.Where(double.IsFinite).DefaultIfEmpty(0);
        _summary = state.Signal == ExploreSignal.Duration ? finite.Max() : finite.Average();
        _heatMap = state.Signal == ExploreSignal.Duration ? HeatMapGrid.Of(await RangeAsync($"{ExploreQueries.Spans(state)} | {HeatMapGrid.Function}"), start, end, step) : null;
        if (state.Tab == ExploreTab.Breakdown)
        {
            _rows = BreakdownRow.Of(await RangeAsync(_query), state.By, state.Signal == ExploreSignal.Duration);
            _most = _rows.Select(r => Most(r.Values)).DefaultIfEmpty(0).Max();
        }
        else
        {
            var slow = await Server.Client.QueryInstantAsync(ExploreQueries.Slow(state with { Signal = ExploreSignal.Rate }), start, end.AddSeconds(1), cancellationToken);
            if (slow.Series.Count > 0 && double.IsFinite(slow.Series[0].Value) && slow.Series[0].Value > 0) _slow = TimeSpan.FromSeconds(slow.Series[0].Value);
            _query = ExploreQueries.Comparison(state, _slow);
            _compared = ComparisonRow.Of(await Server.Client.QueryInstantAsync(_query, start, end.AddSeconds(1), cancellationToken));
        }

        _names = await Lookup.NamesAsync(state.Range, cancellationToken);

        Task<MetricsResult> RangeAsync(string query) => Server.Client.QueryRangeAsync(query, start, end.AddSeconds(1), step, cancellationToken);
    }

    private string NameOfSignal() => _state.Signal switch
    {
        ExploreSignal.Rate => "Spans a second",
        ExploreSignal.Errors => "Failed spans a second",
        _ => "Duration",
    };

    private string ValueText(double value) => _state.Signal == ExploreSignal.Duration ? Format.Duration(value * 1e9) : Format.Rate(value);

    private string SearchAddress(string query) => new SearchState(query, _state.Range, SearchState.DefaultLimit, _state.Signal == ExploreSignal.Duration ? SearchSort.Longest : SearchSort.Newest).ToAddress();
}
