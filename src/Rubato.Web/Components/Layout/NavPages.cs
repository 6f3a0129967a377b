namespace Rubato.Web.Components.Layout;

/// <summary>A page of the navigation; <c>g</c> and its letter lead there.</summary>
internal sealed record NavPage(string Name, string Address, string Key);

internal static class NavPages
{
    public static readonly NavPage[] All =
    [
        new("Search", "search", "s"),
        new("Explore", "explore", "e"),
        new("Services", "services", "v"),
        new("Map", "map", "m"),
        new("Open file", "upload", "u"),
        new("System", "system", "y"),
    ];
}
