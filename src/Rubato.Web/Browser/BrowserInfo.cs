using System.Globalization;
using Microsoft.JSInterop;
using Rubato.Web.Components.Shared;

namespace Rubato.Web.Browser;

/// <summary>What the page knows of its browser: time zone, theme, tenant chosen last. Read once, before anything is shown.</summary>
public sealed class BrowserInfo(IJSRuntime js)
{
    private Facts _facts = new();

    /// <summary>False until <see cref="ReadAsync"/> has ended.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The zone in which times are shown.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>light, dark, or system.</summary>
    public string Theme => _facts.Theme ?? "system";

    /// <summary>The tenant chosen last in this browser; empty for none.</summary>
    public string Tenant => _facts.Tenant ?? "";

    public async Task ReadAsync()
    {
        _facts = await js.InvokeAsync<Facts>("rubato.facts");
        Zone = ZoneOf(_facts);
        IsKnown = true;
    }

    /// <param name="theme">light, dark, or system.</param>
    public async Task UseThemeAsync(string theme) => _facts = await js.InvokeAsync<Facts>("rubato.useTheme", theme);

    public async Task RememberTenantAsync(string tenant) => await js.InvokeVoidAsync("rubato.remember", "tenant", tenant);

    /// <summary>What this browser was told to keep under a key; null for nothing.</summary>
    public async Task<string?> RecallAsync(string key) => await js.InvokeAsync<string?>("rubato.recall", key);

    public async Task RememberAsync(string key, string text) => await js.InvokeVoidAsync("rubato.remember", key, text);

    public async Task CopyAsync(string text) => await js.InvokeVoidAsync("rubato.copy", text);

    /// <param name="selector">Of the element that gets the focus.</param>
    public Task FocusAsync(string selector) => js.CallUnlessGoneAsync("rubato.focus", selector);

    /// <param name="id">Of the list.</param>
    /// <param name="by">Fifths of what is in sight; below 0 up.</param>
    public Task ScrollAsync(string id, int by) => js.CallUnlessGoneAsync("rubato.scroll", id, by);

    /// <summary>Scrolls a list of equally high rows, and only where the row is not in sight.</summary>
    /// <param name="id">Of the list.</param>
    /// <param name="row">Its number, from 0.</param>
    /// <param name="height">Pixels of each row.</param>
    public Task RevealAsync(string id, int row, float height) => js.CallUnlessGoneAsync("rubato.reveal", id, row * height, height);

    /// <summary>False while the page is in a tab behind another, or minimised.</summary>
    public async Task<bool> IsVisibleAsync() => await js.InvokeAsync<bool>("rubato.isVisible");

    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);

    /// <summary>The browser's zone; where this machine does not know its name, the offset that it has now.</summary>
    private static TimeZoneInfo ZoneOf(Facts facts)
    {
        if (facts.Zone is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        var offset = TimeSpan.FromMinutes(Math.Clamp(-facts.OffsetMinutes, -14 * 60, 14 * 60));
        var text = $"UTC{(offset < TimeSpan.Zero ? "-" : "+")}{offset.ToString("hh\\:mm", CultureInfo.InvariantCulture)}";
        return TimeZoneInfo.CreateCustomTimeZone(text, offset, text, text);
    }

    /// <param name="OffsetMinutes">As JavaScript has it: minutes west of UTC.</param>
    private sealed record Facts(string? Zone = null, int OffsetMinutes = 0, string? Theme = null, string? Tenant = null);
}
