using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Rubato.Web.Components.Layout;

public sealed partial class MainLayout
{
    private ErrorBoundary? _errors;
    private IDisposable? _keys;
    private string _traceId = "";
    private bool _keysShown;

    /// <summary>A fragment alone would be relative to the base, not to this page.</summary>
    private string SkipAddress => Navigation.Uri.Split('#')[0] + "#main";

    public void Dispose()
    {
        _keys?.Dispose();
        Navigation.LocationChanged -= OnLocationChanged;
    }

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += OnLocationChanged;
        _keys = Shortcuts.Add("Everywhere",
        [
            .. NavPages.All.Select(page => ("g " + page.Key, page.Name, (Func<Task>)(() => Go(page.Address)))),
            ("?", "Show or hide this list", ToggleKeys),
        ]);
    }

    private Task Go(string address)
    {
        Navigation.NavigateTo(address);
        return Task.CompletedTask;
    }

    private void OpenTrace()
    {
        var id = _traceId.Trim();
        if (id.Length == 0) return;
        _traceId = "";
        Navigation.NavigateTo("trace/" + Uri.EscapeDataString(id));
    }

    private void ShowKeys() => _keysShown = true;

    private void HideKeys()
    {
        _keysShown = false;
        StateHasChanged();
    }

    private Task ToggleKeys()
    {
        _keysShown = !_keysShown;
        return InvokeAsync(StateHasChanged);
    }

    private void Recover() => _errors?.Recover();

    // A page that failed must not stand in the way of the next one.
    private void OnLocationChanged(object? sender, LocationChangedEventArgs args) => _errors?.Recover();
}
