namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>One answer of a listing.</summary>
/// <param name="Folders">Whole prefixes up to and with the delimiter; empty without one.</param>
/// <param name="NextToken">Null after the last page.</param>
public sealed record ListPage(IReadOnlyList<ObjectInfo> Objects, IReadOnlyList<string> Folders, string? NextToken);
