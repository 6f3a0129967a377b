using System.Globalization;
using Microsoft.AspNetCore.Components;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Syntax;
using Rubato.Web.Formatting;
using Rubato.Web.Traces;

namespace Rubato.Web.Components.Trace;

/// <summary>One trace. What is selected, filtered and shown stands in the address; what is folded and found does not.</summary>
public sealed partial class TracePage
{
    private const string SpanKey = "span";
    private const string ViewKey = "view";
    private const string ServiceKey = "service";
    private const string CriticalKey = "critical";
    private const string QueryKey = "where";
    private const string WindowKey = "window";
    private const string FocusKey = "focus";
    private static readonly (View View, string Label)[] Views = [(View.Timeline, "Timeline"), (View.Flame, "Flame graph"), (View.Operations, "Operations")];

    private readonly CancellationTokenSource _leave = new();
    private TraceView? _trace;
    private VisibleRows? _rows;
    private ServiceColors? _colors;
    private Exception? _error;
    private bool _missing;
    private string? _loaded;
    private int _loads;
    private View _view;
    private TimeWindow _window = TimeWindow.Whole;
    private int _selected = -1;
    private RowFilter _filter = RowFilter.None;
    private int _selectedCount;
    private string? _filterProblem;

    private enum View
    {
        Timeline,
        Flame,
        Operations,
    }

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The trace as protobuf <c>TracesData</c>, where it comes from a file and not from the server.</summary>
    [Parameter]
    public byte[]? Opened { get; set; }

    [SupplyParameterFromQuery(Name = SpanKey)]
    public string? SpanId { get; set; }

    [SupplyParameterFromQuery(Name = ViewKey)]
    public string? ViewName { get; set; }

    [SupplyParameterFromQuery(Name = ServiceKey)]
    public string? ServiceName { get; set; }

    [SupplyParameterFromQuery(Name = CriticalKey)]
    public string? Critical { get; set; }

    [SupplyParameterFromQuery(Name = QueryKey)]
    public string? Where { get; set; }

    [SupplyParameterFromQuery(Name = WindowKey)]
    public string? WindowText { get; set; }

    [SupplyParameterFromQuery(Name = FocusKey)]
    public int? FlameFocus { get; set; }

    private string JsonAddress => "api/traces/" + Uri.EscapeDataString(Id);

    public void Dispose()
    {
        Server.TenantChanged -= OnTenantChanged;
        _leave.Cancel();
        _leave.Dispose();
        _keys?.Dispose();
        // A closed page may be kept for a while: by then it holds nothing large.
        (_trace, _rows, _colors, _found) = (null, null, null, NothingFound);
    }

    protected override async Task OnParametersSetAsync()
    {
        _view = Views.Select(v => v.View).FirstOrDefault(v => NameOf(v) == ViewName);
        _window = TimeWindow.Parse(WindowText);
        var filter = new RowFilter(ServiceName ?? "", Critical == "1", Where ?? "");
        if (_loaded != Id)
        {
            (_loaded, _filter, _trace, _found) = (Id, filter, null, NothingFound);
            await LoadAsync();
            return;
        }

        if (_trace is null) return;
        _selected = SpanId is null ? -1 : _trace.Find(SpanId);
        if (filter == _filter) return;
        _filter = filter;
        await FilterAsync(_trace);
    }

    private async Task LoadAsync()
    {
        (_error, _missing) = (null, false);
        // What was asked for before, for another id or tenant, may come later.
        var load = ++_loads;
        try
        {
            var bytes = Opened ?? await Server.Client.GetTraceOtlpAsync(Id, _leave.Token);
            if (load != _loads) return;
            _missing = bytes is null;
            if (bytes is null) return;
            var trace = await TraceView.ReadAsync(bytes, _leave.Token);
            if (load != _loads) return;
            (_trace, _rows, _colors) = (trace, new VisibleRows(trace.Tree), new ServiceColors(trace.Services));
            _foldedServices.Clear();
            _selected = SpanId is null ? -1 : trace.Find(SpanId);
            if (!_filter.IsNone) await FilterAsync(trace);
            if (_selected >= 0) _rows.Show(trace.Tree.PlaceOf(_selected));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (load == _loads) _error = e;
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
    }

    private void OnTenantChanged() => _ = InvokeAsync(async () =>
    {
        (_trace, _found) = (null, NothingFound);
        StateHasChanged();
        await LoadAsync();
        StateHasChanged();
    });

    private async Task FilterAsync(TraceView trace)
    {
        var filter = _filter;
        _filterProblem = null;
        bool[]? selected = null;
        try
        {
            if (filter.Query.Length > 0) selected = await TraceFilter.SelectAsync(trace, filter.Query, _leave.Token);
        }
        catch (Exception e) when (e is TraceQLException or QueryLimitException)
        {
            _filterProblem = e.Message;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (trace != _trace || filter != _filter) return;
        _selectedCount = selected?.Count(s => s) ?? 0;
        _rows!.Filter(filter.IsNone ? null : span => filter.Shows(trace, span, selected));
    }

    private Task SelectAsync(int span)
    {
        // At once: the address follows by way of the browser, and the next key may be faster.
        _selected = span;
        Go(SpanKey, span < 0 ? null : _trace!.Id(span).ToString());
        return Task.CompletedTask;
    }

    private void UseView(View view) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(ViewKey, view == View.Timeline ? null : NameOf(view)));

    private void UseWindow(TimeWindow window)
    {
        _window = window;
        Go(WindowKey, window.IsWhole ? null : window.ToString());
    }

    /// <summary>The spans of a box of the flame graph, in the timeline.</summary>
    private void ShowBox(FlameGraph.Box box) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        [ViewKey] = null,
        [QueryKey] = $"{{ {AttributeText.Condition("resource", "service.name", Model.Spans.AttributeValue.Of(box.Service))} && name = {AttributeText.Quoted(box.Name)} }}",
    }));

    private void ShowAll() =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [ServiceKey] = null, [CriticalKey] = null, [QueryKey] = null }), replace: true);

    /// <summary>Changes one part of the address; another look at the same trace is no new step back.</summary>
    private void Go(string key, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(key, string.IsNullOrEmpty(value) ? null : value), replace: true);

    private static string NameOf(View view) => view switch
    {
        View.Flame => "flame",
        View.Operations => "operations",
        _ => "timeline",
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
