using Microsoft.JSInterop;
using Rubato.Web.Components.Shared;

namespace Rubato.Web.Keys;

/// <summary>
/// The keys of one open page. Components add theirs while they are shown; the latest of the same key counts. Used on the page's own thread of work only.
/// </summary>
public sealed class Shortcuts(IJSRuntime js) : IAsyncDisposable
{
    private readonly List<Shortcut> _shortcuts = [];
    private DotNetObjectReference<Shortcuts>? _self;
    private bool _isListening;

    /// <summary>What counts now, latest first for the same key.</summary>
    public IReadOnlyList<Shortcut> All => [.. _shortcuts.AsEnumerable().Reverse().DistinctBy(s => s.Keys).Reverse()];

    /// <summary>Adds keys until the result is disposed. <paramref name="run"/> runs on the page's thread of work; call StateHasChanged in it.</summary>
    public IDisposable Add(string group, params IEnumerable<(string Keys, string Help, Func<Task> Run)> keys) => Add(keys.Select(k => new Shortcut(k.Keys, k.Help, group, k.Run)));

    /// <summary>Shows keys in the list that a script of the page answers to by itself.</summary>
    public IDisposable Show(string group, params IEnumerable<(string Keys, string Help)> keys) => Add(keys.Select(k => new Shortcut(k.Keys, k.Help, group, null)));

    /// <summary>Once the page is there.</summary>
    public async Task ListenAsync()
    {
        _self = DotNetObjectReference.Create(this);
        await js.InvokeVoidAsync("rubato.keys.listen", _self);
        _isListening = true;
        Tell();
    }

    [JSInvokable]
    public async Task Pressed(string keys)
    {
        if (_shortcuts.FindLast(s => s.Keys == keys) is { Run: { } run }) await run();
    }

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        if (!_isListening) return;
        _isListening = false;
        await js.CallUnlessGoneAsync("rubato.keys.stop");
    }

    private Removal Add(IEnumerable<Shortcut> shortcuts)
    {
        List<Shortcut> added = [.. shortcuts];
        _shortcuts.AddRange(added);
        Tell();
        return new Removal(() =>
        {
            _shortcuts.RemoveAll(added.Contains);
            Tell();
        });
    }

    private async void Tell()
    {
        if (!_isListening) return;
        try
        {
            // One argument: an array alone would become the arguments.
            await js.InvokeVoidAsync("rubato.keys.wait", [_shortcuts.Where(s => s.Run is not null).Select(s => s.Keys).Distinct().ToArray()]);
        }
        catch (Exception e) when (PageObjects.IsPageGone(e) || e is JSException)
        {
            // The page is gone.
        }
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        private Action? _remove = remove;

        public void Dispose() => Interlocked.Exchange(ref _remove, null)?.Invoke();
    }
}
