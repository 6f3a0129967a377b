namespace Rubato.Storage.Wal;

/// <summary>How a record's payload is stored. The values are on disk (docs/formats/wal-v1.md): never renumber.</summary>
public enum WalEncoding : byte
{
    None = 0,
    Snappy = 1,
    Zstd = 2,
    Lz4 = 3,
    Gzip = 4,
}
