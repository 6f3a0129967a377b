using Rubato.Storage.Parquet;

namespace Rubato.Oracles;

/// <summary>A file as our reader sees it.</summary>
internal sealed class OwnFile : IDisposable
{
    private readonly LocalFileSource _source;
    private readonly ParquetFileReader _reader;

    public OwnFile(string path)
    {
        _source = new LocalFileSource(path);
        _reader = ParquetFileReader.Open(_source);
    }

    public ParquetSchema Schema => _reader.Schema;

    public long RowCount => _reader.RowCount;

    public int RowGroupCount => _reader.RowGroups.Count;

    public long RowsOf(int rowGroup) => _reader.RowGroups[rowGroup].RowCount;

    public void Read(int column, ColumnSink sink)
    {
        for (var g = 0; g < _reader.RowGroups.Count; g++) Read(g, column, sink);
    }

    public void Read(int rowGroup, int column, ColumnSink sink)
    {
        var counts = Schema[column].IsRepeated ? _reader.ReadChildCounts(rowGroup, column) : null;
        using var vector = _reader.ReadColumn(rowGroup, column);
        var rows = vector.Rows;
        var at = 0;
        var child = 0;
        for (var row = 0; row < (counts?.Length ?? vector.RowCount); row++)
        {
            if (counts is not null) sink.BeginRow();
            for (var n = counts is null ? 1 : counts[row]; n > 0; n--, child++)
            {
                if (at < vector.Count && (vector.AllPresent || rows[at] == child)) Put(vector, at++, sink);
                else sink.Null();
            }
        }

        if (child != vector.RowCount || at != vector.Count)
            throw new OracleException($"column '{Schema[column].Path}', row group {rowGroup}: {vector.RowCount} rows with {vector.Count} values, and {child} with {at} by its lists");
    }

    public void Dispose() => _source.Dispose();

    private static void Put(ParquetColumnVector vector, int i, ColumnSink sink)
    {
        switch (vector.Field.Type)
        {
            case ParquetType.Boolean:
                sink.Flag(vector.Booleans[i] != 0);
                break;
            case ParquetType.Int32 or ParquetType.Int64:
                sink.Number(vector.Longs[i]);
                break;
            case ParquetType.Double:
                sink.Double(vector.Doubles[i]);
                break;
            default:
                sink.Value(vector.BytesAt(i));
                break;
        }
    }
}
