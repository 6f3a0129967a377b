using System.IO.Hashing;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>
/// The pages in a stretch of a column chunk, with headers and checksums checked. Everything that a page announces is bounded here, before
/// any memory is taken for it.
/// </summary>
internal readonly ref struct ChunkPages
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _offset;

    private ChunkPages(ReadOnlySpan<byte> bytes, long offset, ParquetField field, List<Page> data, Page? dictionary)
    {
        _bytes = bytes;
        (_offset, Field, Data, Dictionary) = (offset, field, data, dictionary);
    }

    /// <summary>A header and where its body begins in the stretch.</summary>
    public readonly record struct Page(PageHeader Header, int HeaderStart, int BodyStart)
    {
        public int Present => Header.ValueCount - Header.NullCount;
        public int LevelBytes => Header.DefinitionBytes + Header.RepetitionBytes;
        public int ValueBytes => Header.UncompressedSize - LevelBytes;
    }

    public ParquetField Field { get; }
    public List<Page> Data { get; }
    public Page? Dictionary { get; }

    public static ChunkPages Read(ReadOnlySpan<byte> bytes, long offset, ParquetField field, in ParquetColumnChunk chunk, ParquetReaderOptions options)
    {
        var data = new List<Page>();
        Page? dictionary = null;
        for (int at = 0; at < bytes.Length;)
        {
            Page page = ReadOne(bytes[at..], offset + at, field, chunk, options);
            page = page with { HeaderStart = at, BodyStart = at + page.BodyStart };
            if (!page.Header.IsDictionary)
                data.Add(page);
            else if (dictionary is null && data.Count == 0)
                dictionary = page;
            else
                throw Damaged(field, offset + at, "a dictionary that is not the first page");
            at = page.BodyStart + page.Header.StoredSize;
        }
        return new ChunkPages(bytes, offset, field, data, dictionary);
    }

    /// <summary>The page at the start of <paramref name="bytes"/>, which may go on after it.</summary>
    public static Page ReadOne(ReadOnlySpan<byte> bytes, long offset, ParquetField field, in ParquetColumnChunk chunk, ParquetReaderOptions options)
    {
        try
        {
            PageHeader header = PageHeader.Read(bytes, out int headerBytes);
            if (header.StoredSize > bytes.Length - headerBytes)
                throw new ParquetFormatException($"a page of {header.StoredSize} bytes with only {bytes.Length - headerBytes} left");
            if (header.UncompressedSize > options.MaxPageBytes)
                throw new ParquetFormatException($"a page of {header.UncompressedSize} bytes (at most {options.MaxPageBytes} are supported)");

            ReadOnlySpan<byte> body = bytes.Slice(headerBytes, header.StoredSize);
            if (header.Crc is { } crc && crc != Crc32.HashToUInt32(body))
                throw new ParquetFormatException("the checksum does not match");
            header.IsCompressed = chunk.Codec == ParquetCodec.Zstd && (header.IsDictionary || header.IsCompressed);
            CheckSizes(header, body);
            var page = new Page(header, 0, headerBytes);
            return header.IsDictionary ? page : Check(page, field, chunk);
        }
        catch (ParquetFormatException e) when (e.Column is null)
        {
            throw Damaged(field, offset, e.Message, e);
        }
    }

    /// <summary>Where the stretch begins in the file.</summary>
    public long Offset => _offset;

    /// <summary>A page with its values unpacked into <paramref name="scratch"/> when they are compressed.</summary>
    public PageView View(Page page, Span<byte> scratch) => View(page, Values(page, scratch));

    /// <summary>A page without its values.</summary>
    public PageView View(Page page) => View(page, default(ReadOnlySpan<byte>));

    private PageView View(Page page, ReadOnlySpan<byte> values) => new()
    {
        Repetition = _bytes.Slice(page.BodyStart, page.Header.RepetitionBytes),
        Definition = _bytes.Slice(page.BodyStart + page.Header.RepetitionBytes, page.Header.DefinitionBytes),
        Values = values,
        RowCount = page.Header.RowCount,
        ValueCount = page.Header.ValueCount,
        Present = page.Present,
        Encoding = page.Header.Encoding,
    };

    /// <summary>The values as stored, perhaps compressed.</summary>
    private ReadOnlySpan<byte> StoredValues(Page page) => _bytes.Slice(page.BodyStart + page.LevelBytes, page.Header.StoredSize - page.LevelBytes);

    /// <summary>The values, unpacked into <paramref name="scratch"/> when they are compressed.</summary>
    public ReadOnlySpan<byte> Values(Page page, Span<byte> scratch)
    {
        if (!page.Header.IsCompressed)
            return StoredValues(page);
        if (page.ValueBytes == 0)
            return default; // Other writers compress nothing to a frame of 9 bytes.
        Span<byte> target = scratch[..page.ValueBytes];
        Decompression.Unpack(StoredValues(page), target);
        return target;
    }

    /// <summary>Bytes that <see cref="Values"/> needs as scratch for the largest page.</summary>
    public int ScratchBytes
    {
        get
        {
            int most = Dictionary is { Header.IsCompressed: true } d ? d.ValueBytes : 0;
            foreach (Page page in Data)
                most = page.Header.IsCompressed ? Math.Max(most, page.ValueBytes) : most;
            return most;
        }
    }

    public ParquetFormatException Damaged(Page page, string what, Exception? inner = null) => Damaged(Field, _offset + page.HeaderStart, what, inner);

    /// <summary>For trouble that belongs to no single page.</summary>
    public ParquetFormatException DamagedChunk(string what) => DamagedChunk(Field, _offset, what);

    public static ParquetFormatException DamagedChunk(ParquetField field, long offset, string what)
        => new($"Parquet column '{field.Path}', pages from offset {offset}: {what}.") { Column = field.Path, Offset = offset };

    public static ParquetFormatException Damaged(ParquetField field, long offset, string what, Exception? inner = null)
        => new($"Parquet column '{field.Path}', page at offset {offset}: {what}.", inner) { Column = field.Path, Offset = offset };

    /// <summary>Without a place: the caller adds its page's.</summary>
    public static ParquetFormatException NotSupported(ParquetField field, ParquetEncoding encoding)
        => new($"encoding {(int)encoding} of {field.Type} is not supported (only PLAIN, RLE_DICTIONARY, DELTA_BINARY_PACKED for integers and DELTA_LENGTH_BYTE_ARRAY for strings)");

    private static void CheckSizes(in PageHeader header, ReadOnlySpan<byte> body)
    {
        int levels = header.DefinitionBytes + header.RepetitionBytes;
        if (!header.IsCompressed && header.UncompressedSize != header.StoredSize)
            throw new ParquetFormatException($"an uncompressed page that is {header.UncompressedSize} and {header.StoredSize} bytes long");
        if (header.IsCompressed && header.UncompressedSize > levels)
            Decompression.CheckSize(body[levels..], header.UncompressedSize - levels);
    }

    private static Page Check(Page page, ParquetField field, in ParquetColumnChunk chunk)
    {
        PageHeader header = page.Header;
        if (!field.IsRepeated && (header.RowCount != header.ValueCount || header.RepetitionBytes != 0))
            throw new ParquetFormatException($"{header.ValueCount} values in {header.RowCount} rows of a column that does not repeat");
        if (field.MaxDefinitionLevel == 0 && (header.NullCount != 0 || header.DefinitionBytes != 0))
            throw new ParquetFormatException("nulls in a required column");
        if (header.ValueCount > chunk.ValueCount || header.RowCount == 0)
            throw new ParquetFormatException($"{header.ValueCount} values and {header.RowCount} rows in a page of a chunk of {chunk.ValueCount} values");
        return page;
    }
}
