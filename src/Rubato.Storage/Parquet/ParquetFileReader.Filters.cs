namespace Rubato.Storage.Parquet;

internal sealed partial class ParquetFileReader
{
    /// <summary>The bytes of a chunk's Bloom filter with their header; null when it has none. They have no checksum in the file.</summary>
    public async ValueTask<byte[]?> ReadFilterAsync(int rowGroup, int column, CancellationToken cancellationToken)
    {
        ParquetColumnChunk chunk = Chunk(rowGroup, column);
        if (chunk.FilterLength == 0)
            return null;
        var bytes = new byte[chunk.FilterLength];
        await _source.ReadAsync(chunk.FilterOffset, bytes, cancellationToken);
        return bytes;
    }
}
