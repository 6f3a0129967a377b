using System.Buffers.Binary;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>A dictionary page to a <see cref="ParquetDictionary"/>.</summary>
internal static class DictionaryDecoder
{
    public static ParquetDictionary Decode(in ChunkPages pages, Span<byte> scratch)
    {
        if (pages.Dictionary is not { } page)
            throw pages.DamagedChunk("its dictionary is missing");
        try
        {
            if (page.Header.Encoding is not (ParquetEncoding.Plain or ParquetEncoding.PlainDictionary))
                throw new ParquetFormatException($"dictionary encoding {(int)page.Header.Encoding} is not supported, only PLAIN");
            ReadOnlySpan<byte> values = pages.Values(page, scratch);
            return Decode(values, page.Header.ValueCount, pages.Field);
        }
        catch (ParquetFormatException e) when (e.Column is null)
        {
            throw pages.Damaged(page, e.Message, e);
        }
    }

    /// <param name="stored">The bytes before the chunk's data pages.</param>
    /// <param name="offset">Where they lie in the file.</param>
    /// <param name="field">The column.</param>
    /// <param name="chunk">Its chunk.</param>
    /// <param name="options">Bounds.</param>
    public static ParquetDictionary Decode(ReadOnlySpan<byte> stored, long offset, ParquetField field, in ParquetColumnChunk chunk, ParquetReaderOptions options)
    {
        ChunkPages pages = ChunkPages.Read(stored, offset, field, chunk, options);
        using var scratch = new PooledArray<byte>(pages.ScratchBytes);
        return Decode(pages, scratch.Span);
    }

    private static ParquetDictionary Decode(ReadOnlySpan<byte> values, int count, ParquetField field)
    {
        int size = field.Type switch { ParquetType.Int32 => 4, ParquetType.Int64 or ParquetType.Double => 8, _ => field.FixedLength };
        if (field.Type == ParquetType.Boolean)
            throw new ParquetFormatException("a dictionary of booleans is not supported");
        if (size > 0 && values.Length != (long)count * size)
            throw new ParquetFormatException($"a dictionary of {count} entries in {values.Length} bytes");

        switch (field.Type)
        {
            case ParquetType.ByteArray:
                if (count > values.Length / 4)
                    throw new ParquetFormatException($"a dictionary of {count} entries in {values.Length} bytes");
                byte[] data = GC.AllocateUninitializedArray<byte>(values.Length - 4 * count);
                int[] offsets = new int[count + 1];
                PlainDecoder.Strings(values, data, 0, offsets);
                return new ParquetDictionary(data, offsets);
            case ParquetType.FixedLenByteArray:
                int[] places = new int[count + 1];
                for (int i = 0; i < places.Length; i++)
                    places[i] = i * size;
                return new ParquetDictionary(values.ToArray(), places);
            default:
                long[] numbers = new long[count];
                PlainDecoder.Numbers(values, size, numbers);
                return new ParquetDictionary(numbers);
        }
    }
}
