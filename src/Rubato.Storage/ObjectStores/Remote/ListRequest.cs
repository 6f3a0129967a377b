namespace Rubato.Storage.ObjectStores.Remote;

/// <param name="Prefix">Any text; not only folders.</param>
/// <param name="ByFolder">Cut at the next '/': folders instead of what is in them.</param>
/// <param name="Token">Where the page before ended.</param>
/// <param name="After">Names up to this one are left out; only where <see cref="IStoreProtocol.CanListFrom"/>.</param>
public readonly record struct ListRequest(string Prefix, bool ByFolder, string? Token = null, string? After = null);
