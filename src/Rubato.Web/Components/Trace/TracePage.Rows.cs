using Rubato.Web.Traces;

namespace Rubato.Web.Components.Trace;

/// <summary>The rows of the waterfall: which are folded, found and gone through, by hand and by keys.</summary>
public sealed partial class TracePage
{
    // Of the time shown for a pan, of its width for a zoom.
    private const double Pan = 0.1;
    private const double Zoom = 0.8;
    private const int Larger = 5;
    private static readonly IReadOnlySet<int> NothingFound = new HashSet<int>();

    private readonly HashSet<string> _foldedServices = new(StringComparer.Ordinal);
    private IReadOnlySet<int> _found = NothingFound;
    private TraceFindBox? _finder;
    private IDisposable? _keys;

    protected override void OnInitialized()
    {
        if (Opened is null) Server.TenantChanged += OnTenantChanged;
        _keys = Shortcuts.Add("Trace", Keys());
    }

    private IEnumerable<(string, string, Func<Task>)> Keys() =>
    [
        ("]", "Fold all", () => FoldKey(v => v.FoldAll(true))), ("[", "Unfold all", () => FoldKey(v => v.FoldAll(false))),
        ("p", "Fold a level", () => FoldKey(v => v.FoldLevel(true))), ("o", "Unfold a level", () => FoldKey(v => v.FoldLevel(false))),
        ("f", "Next span", () => Step(1)), ("b", "Previous span", () => Step(-1)), ("j", "Next span", () => Step(1)), ("k", "Previous span", () => Step(-1)),
        ("w", "Scroll up", () => Scroll(-1)), ("s", "Scroll down", () => Scroll(1)), ("W", "Scroll far up", () => Scroll(-Larger)), ("S", "Scroll far down", () => Scroll(Larger)),
        .. Keys("Earlier", w => w.Move(-Pan), "a", "arrowleft"), .. Keys("Later", w => w.Move(Pan), "d", "arrowright"),
        .. Keys("Much earlier", w => w.Move(-Pan * Larger), "A", "shift+arrowleft"), .. Keys("Much later", w => w.Move(Pan * Larger), "D", "shift+arrowright"),
        .. Keys("Larger", w => w.Zoom(Zoom), "arrowup"), .. Keys("Smaller", w => w.Zoom(1 / Zoom), "arrowdown"),
        .. Keys("Much larger", w => w.Zoom(Math.Pow(Zoom, Larger)), "shift+arrowup"), .. Keys("Much smaller", w => w.Zoom(Math.Pow(Zoom, -Larger)), "shift+arrowdown"),
        ("ctrl+b", "Find", Find), ("/", "Find", Find), ("escape", "Close the panel, end the search", EndAsync),
    ];

    private IEnumerable<(string, string, Func<Task>)> Keys(string help, Func<TimeWindow, TimeWindow> change, params IEnumerable<string> keys) =>
        keys.Select(key => (key, help, (Func<Task>)(() => InvokeAsync(() =>
        {
            if (_trace is null || _view != View.Timeline) return;
            UseWindow(change(_window));
            StateHasChanged();
        }))));

    private void Toggle(int place)
    {
        _rows!.Fold(place, !_rows.IsFolded(place));
    }

    private void Fold(Action<VisibleRows> fold)
    {
        if (_rows is null) return;
        fold(_rows);
        _foldedServices.Clear();
    }

    private Task FoldKey(Action<VisibleRows> fold) => InvokeAsync(() =>
    {
        Fold(fold);
        StateHasChanged();
    });

    private void FoldService(string name)
    {
        var isFolded = _foldedServices.Add(name);
        if (!isFolded) _foldedServices.Remove(name);
        _rows!.FoldWhere(span => _trace!.Service(span) == name, isFolded);
    }

    private async Task ShowAsync(int span)
    {
        _rows!.Show(_trace!.Tree.PlaceOf(span));
        await SelectAsync(span);
    }

    private Task Step(int by) => InvokeAsync(async () =>
    {
        if (_rows is not { Places.Count: > 0 } rows) return;
        var place = _selected < 0 ? -1 : rows.Places.BinarySearch(_trace!.Tree.PlaceOf(_selected));
        var next = Math.Clamp((place < 0 && by < 0 ? rows.Places.Count : place) + by, 0, rows.Places.Count - 1);
        await SelectAsync(_trace!.Tree.SpanAt(rows.Places[next]));
    });

    private Task Scroll(int by) => InvokeAsync(async () => await Browser.ScrollAsync(Waterfall.ListId, by));

    private Task Find() => InvokeAsync(async () => await Browser.FocusAsync("#find"));

    private Task EndAsync() => InvokeAsync(async () =>
    {
        if (_finder is not null) await _finder.EndAsync();
        if (_selected >= 0) await SelectAsync(-1);
        StateHasChanged();
    });
}
