using Microsoft.JSInterop;

namespace Rubato.Web.Components.Shared;

/// <summary>Calls into the browser's page that may come too late, as those that give back what a component holds in it: its script modules and the objects that they made.</summary>
internal static class PageObjects
{
    /// <summary>
    /// Calls <paramref name="stop"/> of the object, where named, and forgets it. A page that was closed meanwhile has forgotten it already:
    /// that shows as a lost connection, or as a cancelled call when the connection ends between the call and its answer.
    /// </summary>
    public static async ValueTask ReleaseAsync(this IJSObjectReference? held, string? stop = null)
    {
        if (held is null) return;
        try
        {
            if (stop is not null) await held.InvokeVoidAsync(stop);
            await held.DisposeAsync();
        }
        catch (Exception e) when (IsPageGone(e))
        {
            // Nothing is left to give back.
        }
    }

    /// <summary>Calls a script for what is only shown or given back: a page that is closed meanwhile misses nothing.</summary>
    public static async Task CallUnlessGoneAsync(this IJSRuntime js, string function, params object?[] arguments)
    {
        try
        {
            await js.InvokeVoidAsync(function, arguments);
        }
        catch (Exception e) when (IsPageGone(e))
        {
            // Nobody is there any more.
        }
    }

    /// <summary>Whether a call into the page failed because the page is no more.</summary>
    public static bool IsPageGone(Exception failure) => failure is JSDisconnectedException or OperationCanceledException or ObjectDisposedException;
}
