using Microsoft.JSInterop;

namespace Rubato.Web.Components.Shared;

/// <summary>A script module of one component and the object that it made there. The component may be left at any time, also while the script is still coming: nothing is held then.</summary>
internal sealed class PageScript : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private IJSObjectReference? _object;
    private bool _isLeft;

    /// <summary>The object that the module made; null before, where it made none, and when the page is left.</summary>
    public IJSObjectReference? Object => _object;

    /// <param name="js">The page.</param>
    /// <param name="file">The module, below <c>js/</c>.</param>
    /// <param name="function">Called once; what it returns is <see cref="Object"/>, of which <c>stop</c> is called at the end.</param>
    /// <param name="arguments">Of the function.</param>
    public async Task AttachAsync(IJSRuntime js, string file, string function, params object?[] arguments)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", "./_content/Rubato.Web/js/" + file);
            if (!_isLeft) _object = await _module.InvokeAsync<IJSObjectReference?>(function, arguments);
        }
        catch (Exception e) when (PageObjects.IsPageGone(e))
        {
            // The page is closed.
        }

        if (_isLeft) await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _isLeft = true;
        var (made, module) = (_object, _module);
        (_object, _module) = (null, null);
        await made.ReleaseAsync("stop");
        await module.ReleaseAsync();
    }
}
