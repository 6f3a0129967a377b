namespace Rubato.Storage.Parquet;

/// <summary>A chunk's Bloom filter, header and all, in the file. The format gives filters no checksum, so it goes where the place goes.</summary>
/// <param name="Offset">Where its header begins.</param>
/// <param name="Length">Bytes of header and filter.</param>
/// <param name="Checksum">XXH3-64 of these bytes.</param>
internal readonly record struct BloomFilterPlace(long Offset, int Length, ulong Checksum);
