using Rubato.Storage.Parquet.Encodings;
using ZstdSharp;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// zstd where it pays. Bit-packed codes and ids rarely shrink and trying costs more than all other work on a page, so after two failures
/// in a chunk only every eighth page is tried.
/// </summary>
/// <param name="level">zstd level of chunks that are not worth more; 0 compresses nothing.</param>
/// <param name="efforts">Other ways, for the chunks that get smaller by them.</param>
/// <param name="maxShare">What a page must come down to, of its size.</param>
internal sealed class PageCompressor(int level, IReadOnlyList<ZstdEffort> efforts, double maxShare) : IDisposable
{
    /// <summary>Setting up a frame takes longer than packing so few bytes, and a whole file has only a few per cent in such pages.</summary>
    private const int MinBytes = 512;

    private readonly Compressor? _zstd = level == 0 ? null : new Compressor(level);
    private readonly Compressor[] _stronger = level == 0 ? [] : [.. efforts.Select(effort => effort.CreateCompressor())];
    private readonly PageBuffer _packed = new();
    private Compressor? _current;
    private int _failures;
    private int _pages;

    public bool IsEnabled => _zstd is not null;

    /// <summary>Efforts are numbered from 0, the file's own level, to this.</summary>
    public int StrongestEffort => _stronger.Length;

    public void BeginChunk(int effort)
    {
        _current = Of(effort);
        _failures = _pages = 0;
    }

    /// <summary>True: <paramref name="packed"/>, valid until the next call, is small enough to be worth it.</summary>
    public bool TryPack(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> packed)
    {
        packed = default;
        if (_current is null || bytes.Length < MinBytes || (_pages++ % 8 != 0 && _failures >= 2))
            return false;

        // A destination that is too small stops zstd early.
        int limit = (int)(bytes.Length * maxShare);
        _packed.Clear();
        if (_current.TryWrap(bytes, _packed.Reserve(limit)[..limit], out int written))
        {
            _failures = 0;
            packed = _packed.Reserve(written)[..written];
            return true;
        }
        _failures++;
        return false;
    }

    /// <summary>For a trial: the packed size, or -1 when it is not worth it.</summary>
    public int PackedSize(ReadOnlySpan<byte> bytes, int effort)
    {
        Compressor? zstd = Of(effort);
        if (zstd is null || bytes.Length < MinBytes)
            return -1;
        int limit = (int)(bytes.Length * maxShare);
        _packed.Clear();
        return zstd.TryWrap(bytes, _packed.Reserve(limit)[..limit], out int written) ? written : -1;
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
        foreach (Compressor stronger in _stronger)
            stronger.Dispose();
        _packed.Dispose();
    }

    private Compressor? Of(int effort) => effort == 0 ? _zstd : _stronger[effort - 1];
}
