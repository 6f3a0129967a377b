using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Writing;

namespace Rubato.Storage.Parquet;

/// <summary>
/// Writes a file front to back: row group by row group, column by column in schema order. One page and one dictionary are in memory at a
/// time, and about 500 bytes of footer for each chunk written. Not thread-safe. The stream is left open.
/// </summary>
/// <example>
/// <code>
/// writer.BeginRowGroup(rowCount);
/// writer.WriteFixed(traceIds);                     // required: all rows
/// writer.WriteCodes(codes, dictionary, rows);      // optional: values and the rows they stand in
/// writer.BeginRepeatedGroup(childCounts);          // before the first field of a repeated group
/// writer.WriteLongs(times);                        // values of the child rows
/// writer.EndRowGroup();
/// long bytes = writer.Finish();
/// </code>
/// </example>
internal sealed class ParquetFileWriter : IDisposable
{
    private readonly ParquetWriterOptions _options;
    private readonly FileOutput _output;
    private readonly PageCompressor _compressor;
    private readonly TrialEncoder _trial;
    private readonly ChunkWriter _chunks;
    private readonly ChunkDictionary _dictionary = new();
    private readonly RepeatedLayout _layout = new();
    private readonly IndexWriter _indexes = new();
    private readonly FilterWriter _filters = new();
    private readonly List<FooterWriter.RowGroupRecord> _rowGroups = [];
    private readonly List<KeyValuePair<string, string>> _metadata = [];
    private ChunkRecord[] _current = [];
    private string? _openGroup;
    private int _rowCount = -1;
    private bool _isFinished;

    public ParquetFileWriter(Stream output, ParquetSchema schema, ParquetWriterOptions? options = null)
    {
        _options = options ?? ParquetWriterOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.PageRows, 1);
        Schema = schema;
        _output = new FileOutput(output);
        _compressor = new PageCompressor(_options.ZstdLevel, _options.Efforts, _options.MaxCompressedShare);
        _trial = new TrialEncoder(_compressor, _options);
        _chunks = new ChunkWriter(_output, _compressor, _options);
        _output.Write("PAR1"u8);
    }

    public ParquetSchema Schema { get; }

    /// <summary>Bytes written so far.</summary>
    public long Position => _output.Position;

    /// <summary>The column that the next Write call fills.</summary>
    public int NextColumn { get; private set; }

    public void AddMetadata(string key, string value) => _metadata.Add(new(key, value));

    public void BeginRowGroup(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, 1);
        if (_rowCount >= 0 || _isFinished)
            throw new InvalidOperationException("The row group before this one was not ended, or the file is finished.");
        _rowCount = rowCount;
        _current = new ChunkRecord[Schema.Count];
        _openGroup = null;
        NextColumn = 0;
    }

    /// <summary>Children of every row, for the group of the next field. Its fields then speak of child rows.</summary>
    public void BeginRepeatedGroup(ReadOnlySpan<int> childCounts)
    {
        ParquetField field = NextField();
        bool isFirst = field.Group is not null && (NextColumn == 0 || Schema[NextColumn - 1].Group != field.Group);
        if (!isFirst)
            throw new InvalidOperationException($"Column '{field.Path}' does not begin a repeated group.");
        if (childCounts.Length != _rowCount)
            throw new ArgumentException($"Group '{field.Group}': child counts for {childCounts.Length} of {_rowCount} rows.", nameof(childCounts));
        _layout.Set(childCounts, _options);
        _openGroup = field.Group;
    }

    /// <summary>BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY by dictionary. Entries must be unique; unused ones are left out of the file.</summary>
    /// <param name="codes">An entry of the dictionary for each value.</param>
    /// <param name="dictionary">The entries.</param>
    /// <param name="rows">Where the values stand.</param>
    /// <param name="withFilter">Write a Bloom filter of the entries; only for BYTE_ARRAY, see <see cref="CheckFilter"/>.</param>
    public void WriteCodes(ReadOnlySpan<int> codes, ByteStrings dictionary, PresentRows rows = default, bool withFilter = false)
    {
        ParquetField field = Check(codes.Length, rows, ParquetType.ByteArray, ParquetType.FixedLenByteArray);
        _dictionary.Compact(codes, dictionary.Count);
        var values = new ChunkValues(field, codes.Length) { Strings = dictionary, Codes = codes, HasCodes = true };
        long entryBytes = 0;
        foreach (int entry in _dictionary.UsedCodes)
        {
            int length = dictionary[entry].Length;
            if (field.FixedLength > 0 && length != field.FixedLength)
                throw new ArgumentException($"Column '{field.Path}': an entry of {length} bytes where all have {field.FixedLength}.");
            entryBytes += length + (field.FixedLength > 0 ? 0 : 4);
        }

        bool pays = _dictionary.Count > 0 && _dictionary.Count <= codes.Length * _options.MaxDictionaryShare
            && entryBytes <= _options.MaxDictionaryBytes;
        if (pays)
        {
            foreach (int entry in _dictionary.UsedCodes)
                ChunkValues.WriteString(dictionary[entry], isPrefixed: field.FixedLength == 0, _chunks.Dictionary);
            values.Codes = _dictionary.Codes[..codes.Length];
            _trial.ChooseCodes(ref values, _dictionary.Count);
        }
        else if (field.Type == ParquetType.ByteArray && codes.Length > 0)
        {
            _trial.ChooseStrings(ref values);
        }
        int boundBytes = field.FixedLength > 0 ? field.FixedLength : _options.ByteArrayChunkBoundBytes;
        ChunkRecord record = WriteChunk(values, rows, pays ? _dictionary.Count : 0, BoundsFinder.OfEntries(dictionary, _dictionary.UsedCodes, boundBytes));
        if (withFilter)
            _filters.Add(CheckFilter(field, record), dictionary);
    }

    /// <summary>BYTE_ARRAY, one string per value, never a dictionary; with a Bloom filter when asked.</summary>
    public void WriteStrings(ByteStrings values, PresentRows rows = default, bool withFilter = false)
    {
        ParquetField field = Check(values.Count, rows, ParquetType.ByteArray);
        var chunk = new ChunkValues(field, values.Count) { Strings = values };
        if (values.Count > 0)
            _trial.ChooseStrings(ref chunk);
        ChunkRecord record = WriteChunk(chunk, rows);
        if (withFilter)
            _filters.Add(CheckFilter(field, record), values);
    }

    /// <summary>FIXED_LEN_BYTE_ARRAY, values one after the other.</summary>
    public void WriteFixed(ReadOnlySpan<byte> values, PresentRows rows = default)
    {
        ParquetField field = NextField();
        int size = Math.Max(1, field.FixedLength);
        if (values.Length % size != 0)
            throw new ArgumentException($"Column '{field.Path}': {values.Length} bytes are not whole values of {size}.", nameof(values));
        Check(values.Length / size, rows, ParquetType.FixedLenByteArray);
        WriteChunk(new ChunkValues(field, values.Length / size) { Bytes = values }, rows);
    }

    /// <summary>INT64 or INT32 (which must fit).</summary>
    public void WriteLongs(ReadOnlySpan<long> values, PresentRows rows = default)
    {
        ParquetField field = Check(values.Length, rows, ParquetType.Int64, ParquetType.Int32);
        if (field.Type == ParquetType.Int32)
            CheckInts(field, values);
        WriteNumbers(field, values, rows);
    }

    public void WriteDoubles(ReadOnlySpan<double> values, PresentRows rows = default)
        => WriteNumbers(Check(values.Length, rows, ParquetType.Double), MemoryMarshal.Cast<double, long>(values), rows);

    /// <summary>BOOLEAN: 0 is false, anything else true.</summary>
    public void WriteBooleans(ReadOnlySpan<byte> values, PresentRows rows = default)
        => WriteChunk(new ChunkValues(Check(values.Length, rows, ParquetType.Boolean), values.Length) { Bytes = values }, rows);

    /// <summary>A column of any type without a single value.</summary>
    public void WriteNulls()
    {
        PresentRows none = PresentRows.At([]);
        ParquetField field = NextField();
        WriteChunk(new ChunkValues(Check(0, none, field.Type), 0), none);
    }

    public void EndRowGroup()
    {
        if (_rowCount < 0 || NextColumn != Schema.Count)
            throw new InvalidOperationException($"{NextColumn} of {Schema.Count} columns are written.");
        _filters.EndRowGroup(_output);
        _rowGroups.Add(new(_rowCount, _current));
        _rowCount = -1;
    }

    /// <summary>Of a column of the row group that ended last; null when it has none.</summary>
    public BloomFilterPlace? FilterOf(int column) => _rowGroups[^1].Chunks[column].Filter;

    /// <summary>Writes indexes and footer; returns the bytes of the whole file. Without it the file is not a Parquet file.</summary>
    public long Finish()
    {
        if (_rowCount >= 0 || _isFinished)
            throw new InvalidOperationException("The last row group was not ended, or the file is finished.");
        _isFinished = true;
        long columnIndexesAt = _output.Position;
        _output.Write(_indexes.ColumnIndexes.Written);
        long offsetIndexesAt = _output.Position;
        _output.Write(_indexes.OffsetIndexes.Written);

        _metadata.Add(new(ColumnIndexSeal.Key, ColumnIndexSeal.Of(_rowGroups.Select(ColumnIndexesOf))));
        using var footer = new PageBuffer(64 << 10);
        FooterWriter.Write(Schema, _rowGroups, _metadata, _options.CreatedBy, columnIndexesAt, offsetIndexesAt, footer);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        _output.Write(footer.Written);
        _output.Write(length);
        _output.Write("PAR1"u8);
        _output.Flush();
        return _output.Position;
    }

    /// <summary>Side by side, as they were added.</summary>
    private ReadOnlyMemory<byte> ColumnIndexesOf(FooterWriter.RowGroupRecord group)
    {
        var indexes = group.Chunks.Where(chunk => chunk.ColumnIndex.Length > 0).Select(chunk => chunk.ColumnIndex).ToList();
        return indexes.Count == 0 ? default : _indexes.ColumnIndexes.Written[indexes[0].Start..(indexes[^1].Start + indexes[^1].Length)].ToArray();
    }

    public void Dispose()
    {
        _chunks.Dispose();
        _trial.Dispose();
        _compressor.Dispose();
        _dictionary.Dispose();
        _layout.Dispose();
        _indexes.Dispose();
        _filters.Dispose();
        _output.Dispose();
    }

    private void WriteNumbers(ParquetField field, ReadOnlySpan<long> numbers, PresentRows rows)
    {
        var values = new ChunkValues(field, numbers.Length) { Longs = numbers };
        NumberEncoding.Choose(ref values, _dictionary, _chunks.Dictionary, _trial, _options);
        WriteChunk(values, rows, values.Encoding == ParquetEncoding.RleDictionary ? _dictionary.Count : 0);
    }

    private ChunkRecord WriteChunk(in ChunkValues values, PresentRows rows, int dictionaryCount = 0, ValueBounds? bounds = null)
    {
        ChunkRecord record = values.Field.IsRepeated
            ? _chunks.WriteRepeated(values, rows, _layout, dictionaryCount)
            : _chunks.WriteFlat(values, rows, _rowCount, dictionaryCount);
        record.Bounds ??= bounds;
        _indexes.Add(values.Field, record, _chunks.Pages);
        return _current[NextColumn++] = record;
    }

    /// <summary>Byte strings only: DuckDB lost rows through filters on FIXED_LEN_BYTE_ARRAY and BLOB ids.</summary>
    private static ChunkRecord CheckFilter(ParquetField field, ChunkRecord record)
        => field.LogicalType == ParquetLogicalType.String ? record
            : throw new InvalidOperationException($"Column '{field.Path}' is {field.Type} {field.LogicalType}; Bloom filters are written for strings only.");

    private ParquetField NextField()
        => _rowCount >= 0 && NextColumn < Schema.Count ? Schema[NextColumn]
            : throw new InvalidOperationException("No column is waiting: begin a row group first.");

    private ParquetField Check(int count, PresentRows rows, params ReadOnlySpan<ParquetType> types)
    {
        ParquetField field = NextField();
        if (!types.Contains(field.Type))
            throw new InvalidOperationException($"Column '{field.Path}' is {field.Type}; this call does not write that.");
        if (field.Group != _openGroup && field.Group is not null)
            throw new InvalidOperationException($"Column '{field.Path}' needs {nameof(BeginRepeatedGroup)} first.");

        int expected = field.IsRepeated ? _layout.ChildCount : _rowCount;
        bool isFull = !rows.AreListed || rows.Positions.Length == expected;
        if (rows.AreListed ? count != rows.Positions.Length : count != expected)
            throw new ArgumentException($"Column '{field.Path}': {count} values for {(rows.AreListed ? rows.Positions.Length : expected)} rows.");
        if (field.IsRequired && !isFull)
            throw new ArgumentException($"Column '{field.Path}' is required: {count} values for {expected} rows.");
        return field;
    }

    private static void CheckInts(ParquetField field, ReadOnlySpan<long> values)
    {
        bool isUnsigned = field.LogicalType == ParquetLogicalType.UInt32;
        foreach (long value in values)
        {
            if (isUnsigned ? value != (uint)value && value != (int)value : value != (int)value)
                throw new ArgumentException($"Column '{field.Path}': {value} does not fit 32 bits.");
        }
    }
}
