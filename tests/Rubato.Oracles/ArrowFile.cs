using ParquetSharp;

namespace Rubato.Oracles;

/// <summary>A file as ParquetSharp (Arrow's C++ reader) sees it, level by level, page checksums verified.</summary>
internal sealed class ArrowFile : IDisposable
{
    private const int Batch = 8192;

    private readonly ReaderProperties _properties;
    private readonly ParquetFileReader _reader;
    private readonly short[] _definition = new short[Batch];
    private readonly short[] _repetition = new short[Batch];

    public ArrowFile(string path)
    {
        _properties = ReaderProperties.GetDefaultReaderProperties();
        _properties.EnablePageChecksumVerification();
        _reader = new ParquetFileReader(path, _properties);
    }

    public long RowCount => _reader.FileMetaData.NumRows;

    public int RowGroupCount => _reader.FileMetaData.NumRowGroups;

    public int ColumnCount => _reader.FileMetaData.NumColumns;

    public string PathOf(int column) => string.Join('/', _reader.FileMetaData.Schema.Column(column).Path.ToDotVector());

    public long RowsOf(int rowGroup)
    {
        using var group = _reader.RowGroup(rowGroup);
        return group.MetaData.NumRows;
    }

    public void Read(int column, ColumnSink sink)
    {
        for (var g = 0; g < RowGroupCount; g++)
        {
            using var group = _reader.RowGroup(g);
            using var reader = group.Column(column);
            var descriptor = reader.ColumnDescriptor;
            var levels = new Levels(descriptor.MaxDefinitionLevel, descriptor.MaxRepetitionLevel);
            switch (reader)
            {
                case ColumnReader<bool> r: Read(r, levels, sink, static (s, v, _) => s.Flag(v), 0); break;
                case ColumnReader<int> r: Read(r, levels, sink, static (s, v, _) => s.Number(v), 0); break;
                case ColumnReader<long> r: Read(r, levels, sink, static (s, v, _) => s.Number(v), 0); break;
                case ColumnReader<double> r: Read(r, levels, sink, static (s, v, _) => s.Double(v), 0); break;
                case ColumnReader<ByteArray> r: Read(r, levels, sink, static (s, v, _) => s.Value(Bytes(v.Pointer, v.Length)), 0); break;
                case ColumnReader<FixedLenByteArray> r: Read(r, levels, sink, static (s, v, length) => s.Value(Bytes(v.Pointer, length)), descriptor.TypeLength); break;
                default: throw new OracleException($"column {PathOf(column)} is {reader.GetType()} to ParquetSharp");
            }
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _properties.Dispose();
    }

    private void Read<T>(ColumnReader<T> reader, Levels levels, ColumnSink sink, Action<ColumnSink, T, int> put, int length)
        where T : unmanaged
    {
        var values = new T[Batch];
        while (reader.HasNext)
        {
            var count = (int)reader.ReadBatch(Batch, _definition, _repetition, values, out _);
            if (count == 0) throw new OracleException("ParquetSharp has more and gives nothing");
            var at = 0;
            for (var i = 0; i < count; i++)
            {
                if (levels.MaxRepetition > 0)
                {
                    if (_repetition[i] == 0) sink.BeginRow();
                    if (_definition[i] == 0) continue;
                }

                if (levels.MaxDefinition > 0 && _definition[i] < levels.MaxDefinition) sink.Null();
                else put(sink, values[at++], length);
            }
        }
    }

    private static unsafe ReadOnlySpan<byte> Bytes(IntPtr pointer, int length) => new((void*)pointer, length);

    private readonly record struct Levels(short MaxDefinition, short MaxRepetition);
}
