using System.IO.Hashing;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// The Bloom filters of one row group. They wait here (2 bytes a span) until its chunks are written and then go out side by side, so that one
/// range read brings them all. BloomFilter.md allows them there, between row groups, as well as at the end.
/// </summary>
internal sealed class FilterWriter : IDisposable
{
    private readonly PageBuffer _filters = new();
    private readonly List<(ChunkRecord Chunk, int Start)> _places = [];

    /// <param name="chunk">The chunk that the filter is of; gets its place when the row group ends.</param>
    /// <param name="values">The values, each at least once.</param>
    public void Add(ChunkRecord chunk, ByteStrings values)
    {
        _places.Add((chunk, _filters.Length));
        int size = BloomFilter.SizeFor(values.Count);
        BloomFilterHeader.Write(size, _filters);
        Span<byte> filter = _filters.Reserve(size)[..size];
        filter.Clear();
        BloomFilter.Fill(filter, values);
        _filters.Advance(size);
    }

    public void EndRowGroup(FileOutput output)
    {
        long at = output.Position;
        for (int i = 0; i < _places.Count; i++)
        {
            (ChunkRecord chunk, int start) = _places[i];
            int end = i + 1 < _places.Count ? _places[i + 1].Start : _filters.Length;
            chunk.Filter = new BloomFilterPlace(at + start, end - start, XxHash3.HashToUInt64(_filters.Written[start..end]));
        }
        output.Write(_filters.Written);
        _filters.Clear();
        _places.Clear();
    }

    public void Dispose() => _filters.Dispose();
}
