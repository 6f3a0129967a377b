namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.block</c>.</summary>
internal sealed class BlockOptions
{
    /// <summary>Tempo's names are understood; what is written is always <c>rubato1</c>.</summary>
    [OneOf("rubato1", "v2", "vParquet2", "vParquet3", "vParquet4", "vParquet5")]
    public string Version { get; init; } = "rubato1";

    /// <summary>Compression of pages where it pays.</summary>
    [ConfigKey("v2_encoding")]
    [OneOf("none", "gzip", "lz4-64k", "lz4-256k", "lz4-1M", "lz4", "snappy", "zstd", "s2")]
    [NoEffectYet]
    public string Encoding { get; init; } = "zstd";
}
