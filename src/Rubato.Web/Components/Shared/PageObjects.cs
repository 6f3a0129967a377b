using Microsoft.JSInterop;

namespace Rubato.Web.Components.Shared;

/// <summary>Gives back what a component holds in the browser's page: its script modules and the objects that they made.</summary>
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

    /// <summary>Whether a call into the page failed because the page is no more.</summary>
    public static bool IsPageGone(Exception failure) => failure is JSDisconnectedException or OperationCanceledException or ObjectDisposedException;
}
