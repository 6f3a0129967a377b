namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.wal</c>: what an acknowledgement stands on.</summary>
internal sealed class WalOptions
{
    /// <summary>The log lies in its folder <c>rubato</c>; made when missing.</summary>
    public string Path { get; init; } = "./rubato-data/wal";

    /// <summary>Compression of records.</summary>
    [ConfigKey("v2_encoding")]
    [OneOf("none", "gzip", "lz4-64k", "lz4-256k", "lz4-1M", "lz4", "snappy", "zstd", "s2")]
    public string Encoding { get; init; } = "snappy";

    /// <summary><c>always</c>: an acknowledged span survives a power cut. A duration: at most so much is lost. <c>never</c>: the system decides.</summary>
    public WalSync Sync { get; init; } = WalSync.Always;
}
