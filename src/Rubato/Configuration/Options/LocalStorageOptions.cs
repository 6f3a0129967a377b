namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.local</c>.</summary>
internal sealed class LocalStorageOptions
{
    /// <summary>Folder of the blocks; made when missing.</summary>
    public string Path { get; init; } = "./rubato-data/blocks";
}
