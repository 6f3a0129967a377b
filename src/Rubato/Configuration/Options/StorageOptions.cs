namespace Rubato.Configuration.Options;

/// <summary><c>storage</c>.</summary>
internal sealed class StorageOptions
{
    public TraceStorageOptions Trace { get; init; } = new();
}
