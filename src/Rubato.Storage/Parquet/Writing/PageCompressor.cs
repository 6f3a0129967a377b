using Rubato.Storage.Parquet.Encodings;
using ZstdSharp;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// zstd where it pays. Bit-packed codes and ids rarely shrink and trying costs more than all other work on a page, so after two failures
/// in a chunk only every eighth page is tried.
/// </summary>
internal sealed class PageCompressor(int level, double maxShare) : IDisposable
{
    /// <summary>Setting up a frame takes longer than packing so few bytes, and a whole file has only a few per cent in such pages.</summary>
    private const int MinBytes = 512;

    private readonly Compressor? _zstd = level == 0 ? null : new Compressor(level);
    private readonly PageBuffer _packed = new();
    private int _failures;
    private int _pages;

    public bool IsEnabled => _zstd is not null;

    public void BeginChunk() => _failures = _pages = 0;

    /// <summary>True: <paramref name="packed"/>, valid until the next call, is small enough to be worth it.</summary>
    public bool TryPack(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> packed)
    {
        packed = default;
        if (_zstd is null || bytes.Length < MinBytes || (_pages++ % 8 != 0 && _failures >= 2))
            return false;

        // A destination that is too small stops zstd early.
        int limit = (int)(bytes.Length * maxShare);
        _packed.Clear();
        if (_zstd.TryWrap(bytes, _packed.Reserve(limit)[..limit], out int written))
        {
            _failures = 0;
            packed = _packed.Reserve(written)[..written];
            return true;
        }
        _failures++;
        return false;
    }

    /// <summary>For a trial: the packed size, or -1 when it is not worth it.</summary>
    public int PackedSize(ReadOnlySpan<byte> bytes)
    {
        if (_zstd is null || bytes.Length < MinBytes)
            return -1;
        int limit = (int)(bytes.Length * maxShare);
        _packed.Clear();
        return _zstd.TryWrap(bytes, _packed.Reserve(limit)[..limit], out int written) ? written : -1;
    }

    /// <summary>Packs whether or not it pays: a dictionary page has no flag that says "not compressed".</summary>
    public ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> bytes)
    {
        _packed.Clear();
        Span<byte> room = _packed.Reserve(Compressor.GetCompressBound(bytes.Length));
        return room[.._zstd!.Wrap(bytes, room)];
    }

    public void Dispose()
    {
        _zstd?.Dispose();
        _packed.Dispose();
    }
}
