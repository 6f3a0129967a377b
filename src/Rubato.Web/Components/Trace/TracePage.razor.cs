using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Rubato.Web.Formatting;
using Rubato.Web.Traces;

namespace Rubato.Web.Components.Trace;

/// <summary>One trace. What is selected and shown stands in the address: <c>?span=</c>, <c>?view=operations</c>.</summary>
public sealed partial class TracePage
{
    private readonly CancellationTokenSource _leave = new();
    private IDisposable? _keys;
    private TraceView? _trace;
    private VisibleRows? _rows;
    private ServiceColors? _colors;
    private IReadOnlyList<string> _services = [];
    private Exception? _error;
    private bool _missing;
    private string? _loaded;
    private int _selected = -1;
    private string _service = "";
    private bool _criticalOnly;
    private View _view;
    private string _findText = "";
    private IReadOnlyList<int>? _found;
    private HashSet<int> _foundSet = [];
    private int _foundAt;
    private int _version;

    private enum View
    {
        Timeline,
        Operations,
    }

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The trace as protobuf <c>TracesData</c>, where it comes from a file and not from the server.</summary>
    [Parameter]
    public byte[]? Opened { get; set; }

    [SupplyParameterFromQuery(Name = "span")]
    public string? SpanId { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    public string? ViewName { get; set; }

    private TraceHeader? Header { get; set; }

    private string JsonAddress => "api/traces/" + Uri.EscapeDataString(Id);

    public void Dispose()
    {
        _leave.Cancel();
        _leave.Dispose();
        _keys?.Dispose();
        _trace = null;
    }

    protected override void OnInitialized() => _keys = Shortcuts.Add("Trace",
    [
        ("]", "Fold all", () => FoldKey(v => v.FoldAll(true))), ("[", "Unfold all", () => FoldKey(v => v.FoldAll(false))),
        ("p", "Fold a level", () => FoldKey(v => v.FoldLevel(true))), ("o", "Unfold a level", () => FoldKey(v => v.FoldLevel(false))),
        ("f", "Next span", () => Step(1)), ("b", "Previous span", () => Step(-1)), ("j", "Next span", () => Step(1)), ("k", "Previous span", () => Step(-1)),
        ("ctrl+b", "Find", Find), ("/", "Find", Find), ("escape", "Close the panel, end the search", EndAsync),
    ]);

    protected override async Task OnParametersSetAsync()
    {
        _view = ViewName == "operations" ? View.Operations : View.Timeline;
        if (_loaded != Id)
        {
            _loaded = Id;
            await LoadAsync();
        }
        else if (_trace is not null)
        {
            _selected = SpanId is null ? -1 : _trace.Find(SpanId);
        }
    }

    private async Task LoadAsync()
    {
        (_error, _missing) = (null, false);
        try
        {
            var bytes = Opened ?? await Server.Client.GetTraceOtlpAsync(Id, _leave.Token);
            _missing = bytes is null;
            if (bytes is null) return;
            _trace = await TraceView.ReadAsync(bytes, _leave.Token);
            _rows = new VisibleRows(_trace.Tree);
            var used = Enumerable.Range(0, _trace.Count).Select(_trace.ServiceCode).ToHashSet();
            _services = [.. used.Select(c => _trace.ServiceNames[c]).Order(StringComparer.Ordinal)];
            _colors = new ServiceColors(_services);
            Header = TraceHeader.Of(_trace, _services.Count);
            _selected = SpanId is null ? -1 : _trace.Find(SpanId);
            if (_selected >= 0) _rows.Show(_trace.Tree.PlaceOf(_selected));
            _version++;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _error = e;
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
    }

    private Task SelectAsync(int span)
    {
        // At once: the address follows by way of the browser, and the next key may be faster.
        _selected = span;
        Navigation.NavigateTo(AddressWith("span", span < 0 ? null : _trace!.Id(span).ToString()), replace: true);
        return Task.CompletedTask;
    }

    private void UseView(View view) => Navigation.NavigateTo(AddressWith("view", view == View.Operations ? "operations" : null));

    private string AddressWith(string name, string? value) => Navigation.GetUriWithQueryParameter(name, value);

    private void Toggle(int place)
    {
        _rows!.Fold(place, !_rows.IsFolded(place));
        _version++;
    }

    private void Fold(Action<VisibleRows> fold)
    {
        if (_rows is null) return;
        fold(_rows);
        _version++;
    }

    private Task FoldKey(Action<VisibleRows> fold) => InvokeAsync(() =>
    {
        Fold(fold);
        StateHasChanged();
    });

    private void UseService(string? service)
    {
        _service = service ?? "";
        Filter();
    }

    private void UseCritical(bool only)
    {
        _criticalOnly = only;
        Filter();
    }

    private void Filter()
    {
        var trace = _trace!;
        _rows!.Filter(_service.Length == 0 && !_criticalOnly
            ? null
            : span => (_service.Length == 0 || trace.Service(span) == _service) && (!_criticalOnly || trace.IsCritical(span)));
        _version++;
    }

    private async Task FindAsync()
    {
        var text = _findText.Trim();
        if (text.Length == 0)
        {
            (_found, _foundSet) = (null, []);
            return;
        }

        _found = await TraceFind.FindAsync(_trace!, text, _leave.Token);
        _foundSet = [.. _found];
        _foundAt = 0;
        if (_found.Count > 0) await ShowAsync(_found[0]);
    }

    private async Task GoFound(int step)
    {
        if (_found is not { Count: > 0 }) return;
        _foundAt = (_foundAt + step + _found.Count) % _found.Count;
        await ShowAsync(_found[_foundAt]);
    }

    private async Task ShowAsync(int span)
    {
        _rows!.Show(_trace!.Tree.PlaceOf(span));
        _version++;
        await SelectAsync(span);
    }

    private Task Step(int by) => InvokeAsync(async () =>
    {
        if (_rows is not { Places.Count: > 0 } rows) return;
        var place = _selected < 0 ? -1 : rows.Places.BinarySearch(_trace!.Tree.PlaceOf(_selected));
        var next = Math.Clamp((place < 0 && by < 0 ? rows.Places.Count : place) + by, 0, rows.Places.Count - 1);
        await SelectAsync(_trace!.Tree.SpanAt(rows.Places[next]));
    });

    private Task Find() => InvokeAsync(async () => await Browser.FocusAsync("#find"));

    private Task EndAsync() => InvokeAsync(async () =>
    {
        (_found, _foundSet, _findText) = (null, [], "");
        if (_selected >= 0) await SelectAsync(-1);
        StateHasChanged();
    });

    private sealed record TraceHeader(string Title, DateTimeOffset Start, int Services)
    {
        public static TraceHeader Of(TraceView trace, int services)
        {
            var title = trace.Count == 0 ? "Empty trace" : $"{trace.Service(trace.Tree.SpanAt(0))}: {trace.Name(trace.Tree.SpanAt(0))}";
            return new TraceHeader(title, DateTimeOffset.UnixEpoch.AddTicks(trace.StartUnixNano / 100), services);
        }
    }
}
