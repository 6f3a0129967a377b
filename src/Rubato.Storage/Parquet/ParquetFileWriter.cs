namespace Rubato.Storage.Parquet;

/// <summary>
/// Writes a file front to back: row group by row group, column by column in schema order. One column chunk is in memory at a
/// time. Not thread-safe. The stream is left open.
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
    public ParquetFileWriter(Stream output, ParquetSchema schema, ParquetWriterOptions? options = null)
    {
        Schema = schema;
    }

    public ParquetSchema Schema { get; }

    /// <summary>Bytes written so far.</summary>
    public long Position => throw new NotImplementedException();

    /// <summary>The column that the next Write call fills.</summary>
    public int NextColumn => throw new NotImplementedException();

    public void AddMetadata(string key, string value) => throw new NotImplementedException();

    public void BeginRowGroup(int rowCount) => throw new NotImplementedException();

    /// <summary>Children of every row, for the group of the next field. Its fields then speak of child rows.</summary>
    public void BeginRepeatedGroup(ReadOnlySpan<int> childCounts) => throw new NotImplementedException();

    /// <summary>BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY by dictionary. Entries must be unique; unused ones are left out of the file.</summary>
    public void WriteCodes(ReadOnlySpan<int> codes, ByteStrings dictionary, PresentRows rows = default) => throw new NotImplementedException();

    /// <summary>BYTE_ARRAY, one string per value, never a dictionary.</summary>
    public void WriteStrings(ByteStrings values, PresentRows rows = default) => throw new NotImplementedException();

    /// <summary>FIXED_LEN_BYTE_ARRAY, values one after the other.</summary>
    public void WriteFixed(ReadOnlySpan<byte> values, PresentRows rows = default) => throw new NotImplementedException();

    /// <summary>INT64 or INT32 (which must fit).</summary>
    public void WriteLongs(ReadOnlySpan<long> values, PresentRows rows = default) => throw new NotImplementedException();

    public void WriteDoubles(ReadOnlySpan<double> values, PresentRows rows = default) => throw new NotImplementedException();

    /// <summary>BOOLEAN: 0 is false, anything else true.</summary>
    public void WriteBooleans(ReadOnlySpan<byte> values, PresentRows rows = default) => throw new NotImplementedException();

    /// <summary>A column of any type without a single value.</summary>
    public void WriteNulls() => throw new NotImplementedException();

    public void EndRowGroup() => throw new NotImplementedException();

    /// <summary>Writes indexes and footer; returns the bytes of the whole file. Without it the file is not a Parquet file.</summary>
    public long Finish() => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
