using ParquetSharp;

namespace Rubato.Oracles;

/// <summary>Writes a file anew with ParquetSharp: the same schema, metadata, levels and values, in whatever encodings and pages it is told to use.</summary>
internal static class ArrowCopy
{
    private const int Batch = 1024;

    public static void Write(string source, string target, Action<WriterPropertiesBuilder> configure)
    {
        using var reader = new ParquetFileReader(source);
        using var builder = new WriterPropertiesBuilder();
        configure(builder);
        using var properties = builder.Build();
        using var schema = reader.FileMetaData.Schema.GroupNode;
        using var writer = new ParquetFileWriter(target, schema, properties, reader.FileMetaData.KeyValueMetadata);
        for (var g = 0; g < reader.FileMetaData.NumRowGroups; g++)
        {
            using var from = reader.RowGroup(g);
            using var to = writer.AppendRowGroup();
            for (var c = 0; c < reader.FileMetaData.NumColumns; c++)
            {
                using var input = from.Column(c);
                using var output = to.NextColumn();
                switch (input, output)
                {
                    case (ColumnReader<bool> r, ColumnWriter<bool> w): Copy(r, w); break;
                    case (ColumnReader<int> r, ColumnWriter<int> w): Copy(r, w); break;
                    case (ColumnReader<long> r, ColumnWriter<long> w): Copy(r, w); break;
                    case (ColumnReader<double> r, ColumnWriter<double> w): Copy(r, w); break;
                    case (ColumnReader<ByteArray> r, ColumnWriter<ByteArray> w): Copy(r, w); break;
                    case (ColumnReader<FixedLenByteArray> r, ColumnWriter<FixedLenByteArray> w): Copy(r, w); break;
                    default: throw new OracleException($"column {c} is {input.GetType()} to ParquetSharp");
                }
            }
        }

        writer.Close();
    }

    private static void Copy<T>(ColumnReader<T> reader, ColumnWriter<T> writer)
        where T : unmanaged
    {
        var (definition, repetition, values) = (new short[Batch], new short[Batch], new T[Batch]);
        while (reader.HasNext)
        {
            var count = (int)reader.ReadBatch(Batch, definition, repetition, values, out var present);
            writer.WriteBatch(count, definition.AsSpan(0, count), repetition.AsSpan(0, count), values.AsSpan(0, (int)present));
        }
    }
}
