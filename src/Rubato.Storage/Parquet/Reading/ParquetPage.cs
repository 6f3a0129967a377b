using System.Buffers;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>
/// One data page: header and checksum checked, levels and values unpacked into one array. Immutable, so caches share it between threads.
/// </summary>
internal sealed class ParquetPage : IDisposable
{
    private const int ObjectBytes = 120; // This object, the array's header, an entry of a cache.

    private readonly bool _isPooled;
    private readonly int _valuesAt;
    private readonly int _length;
    private readonly int _repetitionBytes;
    private byte[] _bytes;

    private ParquetPage(PageHeader header, byte[] bytes, bool isPooled, long offset, int storedBytes)
    {
        (_bytes, _isPooled) = (bytes, isPooled);
        _repetitionBytes = header.RepetitionBytes;
        _valuesAt = header.RepetitionBytes + header.DefinitionBytes;
        _length = header.UncompressedSize;
        (RowCount, ValueCount, Present, Encoding) = (header.RowCount, header.ValueCount, header.ValueCount - header.NullCount, header.Encoding);
        (Offset, StoredBytes) = (offset, storedBytes);
    }

    private ParquetPage(ParquetPage other)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(other._length);
        other._bytes.AsSpan(0, other._length).CopyTo(_bytes);
        (_repetitionBytes, _valuesAt, _length) = (other._repetitionBytes, other._valuesAt, other._length);
        (RowCount, ValueCount, Present, Encoding) = (other.RowCount, other.ValueCount, other.Present, other.Encoding);
        (Offset, StoredBytes) = (other.Offset, other.StoredBytes);
    }

    public int RowCount { get; }

    /// <summary>Values, nulls counted.</summary>
    public int ValueCount { get; }

    /// <summary>Values that are not null.</summary>
    public int Present { get; }

    public ParquetEncoding Encoding { get; }

    public bool HasCodes => Encoding is ParquetEncoding.RleDictionary or ParquetEncoding.PlainDictionary;

    /// <summary>Where it lies in the file, for messages.</summary>
    public long Offset { get; }

    /// <summary>Its length in the file, header included.</summary>
    public int StoredBytes { get; }

    public ReadOnlySpan<byte> Repetition => _bytes.AsSpan(0, _repetitionBytes);

    public ReadOnlySpan<byte> Definition => _bytes.AsSpan(_repetitionBytes, _valuesAt - _repetitionBytes);

    public ReadOnlySpan<byte> Values => _bytes.AsSpan(_valuesAt, _length - _valuesAt);

    public PageView View => new()
    {
        Repetition = Repetition, Definition = Definition, Values = Values, RowCount = RowCount, ValueCount = ValueCount, Present = Present, Encoding = Encoding,
    };

    /// <summary>Memory held, for whoever budgets a cache of these.</summary>
    public long SizeBytes => _length + ObjectBytes;

    /// <param name="stored">Exactly one data page, header first.</param>
    /// <param name="offset">Where it lies in the file.</param>
    /// <param name="rowCount">The rows that the offset index gives it.</param>
    /// <param name="field">The column.</param>
    /// <param name="chunk">Its chunk.</param>
    /// <param name="options">Bounds.</param>
    public static ParquetPage Read(
        ReadOnlySpan<byte> stored, long offset, int rowCount, ParquetField field, in ParquetColumnChunk chunk, ParquetReaderOptions options)
        => Read(stored, offset, rowCount, field, chunk, options, isPooled: false);

    /// <summary>As <see cref="Read"/>, in a rented array: for one look, then it is disposed.</summary>
    public static ParquetPage ReadPooled(
        ReadOnlySpan<byte> stored, long offset, int rowCount, ParquetField field, in ParquetColumnChunk chunk, ParquetReaderOptions options)
        => Read(stored, offset, rowCount, field, chunk, options, isPooled: true);

    /// <summary>The same page in an array of its own.</summary>
    public ParquetPage Copy() => new(this);

    public void Dispose()
    {
        if (_isPooled)
            ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _bytes, []));
    }

    public ParquetFormatException Damaged(ParquetField field, string what, Exception? inner = null) => ChunkPages.Damaged(field, Offset, what, inner);

    private static ParquetPage Read(
        ReadOnlySpan<byte> stored, long offset, int rowCount, ParquetField field, in ParquetColumnChunk chunk, ParquetReaderOptions options, bool isPooled)
    {
        ChunkPages.Page page = ChunkPages.ReadOne(stored, offset, field, chunk, options);
        if (page.Header.IsDictionary)
            throw ChunkPages.Damaged(field, offset, "a dictionary where the offset index has a data page");
        if (page.BodyStart + page.Header.StoredSize != stored.Length || page.Header.RowCount != rowCount)
        {
            throw ChunkPages.Damaged(
                field, offset, $"{page.Header.RowCount} rows in {page.BodyStart + page.Header.StoredSize} bytes, where the offset index has {rowCount} in {stored.Length}");
        }

        ReadOnlySpan<byte> body = stored[page.BodyStart..];
        int size = page.Header.UncompressedSize;
        byte[] bytes = isPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        if (!page.Header.IsCompressed || page.ValueBytes == 0)
        {
            body[..size].CopyTo(bytes);
            return new ParquetPage(page.Header, bytes, isPooled, offset, stored.Length);
        }

        body[..page.LevelBytes].CopyTo(bytes);
        try
        {
            Decompression.Unpack(body[page.LevelBytes..], bytes.AsSpan(page.LevelBytes, size - page.LevelBytes));
        }
        catch (ParquetFormatException e) when (e.Column is null)
        {
            throw ChunkPages.Damaged(field, offset, e.Message, e);
        }
        return new ParquetPage(page.Header, bytes, isPooled, offset, stored.Length);
    }
}
