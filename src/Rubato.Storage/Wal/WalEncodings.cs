namespace Rubato.Storage.Wal;

/// <summary>Tempo's names of encodings (<c>storage.trace.wal.encoding</c>, <c>v2_encoding</c>) and what we write for each.</summary>
public static class WalEncodings
{
    /// <summary>Every accepted name, for messages and completion.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["none", "gzip", "lz4-64k", "lz4-256k", "lz4-1M", "lz4", "snappy", "zstd", "s2"];

    public static bool TryParse(string? name, out WalEncoding encoding)
    {
        encoding = name switch
        {
            "none" => WalEncoding.None,
            "gzip" => WalEncoding.Gzip,
            // The sizes are windows of a stream; a record is one block, so they mean the same here.
            "lz4" or "lz4-64k" or "lz4-256k" or "lz4-1M" => WalEncoding.Lz4,
            // s2 is a faster dialect of snappy with no managed implementation.
            "snappy" or "s2" or "" or null => WalEncoding.Snappy,
            "zstd" => WalEncoding.Zstd,
            _ => (WalEncoding)byte.MaxValue,
        };
        return encoding != (WalEncoding)byte.MaxValue;
    }
}
