using System.Buffers.Binary;
using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Testing.Damage;

/// <summary>
/// A Parquet file with one column in one row group around any bytes, sound or not: its footer says what the caller wants. Written apart from the
/// product's writer, which would refuse to say such things.
/// </summary>
internal sealed record OneColumnFile
{
    public required ParquetField Field { get; init; }

    public required byte[] Chunk { get; init; }

    public required long Rows { get; init; }

    public required long Values { get; init; }

    /// <summary>Bytes of the dictionary page at the start of the chunk; 0 for none.</summary>
    public int DictionaryBytes { get; init; }

    public ParquetCodec Codec { get; init; } = ParquetCodec.Zstd;

    /// <summary>Each column chunk of a file as a file of its own.</summary>
    public static IEnumerable<OneColumnFile> AllOf(byte[] file)
    {
        var reader = ParquetFileReader.Open(new MemorySource(file));
        foreach (var group in reader.RowGroups)
        {
            for (var c = 0; c < reader.Schema.Count; c++)
            {
                var chunk = group.Columns[c];
                yield return new OneColumnFile
                {
                    Field = reader.Schema[c],
                    Chunk = file.AsSpan((int)chunk.Offset, chunk.Length).ToArray(),
                    DictionaryBytes = (int)(chunk.DataOffset - chunk.Offset),
                    Rows = group.RowCount,
                    Values = chunk.ValueCount,
                    Codec = chunk.Codec,
                };
            }
        }
    }

    public byte[] ToBytes()
    {
        using var footer = new PageBuffer();
        WriteFooter(footer);
        var file = new byte[4 + Chunk.Length + footer.Length + 8];
        "PAR1"u8.CopyTo(file);
        Chunk.CopyTo(file, 4);
        footer.Written.CopyTo(file.AsSpan(4 + Chunk.Length));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 8), footer.Length);
        "PAR1"u8.CopyTo(file.AsSpan(file.Length - 4));
        return file;
    }

    private void WriteFooter(PageBuffer output)
    {
        var thrift = new ThriftCompactWriter(output);
        thrift.BeginElement();
        thrift.Int32(1, 2);
        thrift.List(2, ThriftType.Struct, Field.Group is null ? 2 : 3);
        thrift.BeginElement();
        thrift.String(4, "schema");
        thrift.Int32(5, 1);
        thrift.EndStruct();
        if (Field.Group is { } group)
        {
            thrift.BeginElement();
            thrift.Int32(3, (int)Repetition.Repeated);
            thrift.String(4, group);
            thrift.Int32(5, 1);
            thrift.EndStruct();
        }

        thrift.BeginElement();
        thrift.Int32(1, (int)Field.Type);
        if (Field.FixedLength > 0) thrift.Int32(2, Field.FixedLength);
        thrift.Int32(3, (int)(Field.IsRequired ? Repetition.Required : Repetition.Optional));
        thrift.String(4, Field.Name);
        if (Field.LogicalType == ParquetLogicalType.String) thrift.Int32(6, ConvertedType.Utf8);
        thrift.EndStruct();

        thrift.Int64(3, Rows);
        thrift.List(4, ThriftType.Struct, 1);
        thrift.BeginElement();
        thrift.List(1, ThriftType.Struct, 1);
        thrift.BeginElement();
        thrift.Int64(2, 0);
        thrift.BeginStruct(3);
        thrift.Int32(1, (int)Field.Type);
        thrift.List(2, ThriftType.Int32, 1);
        thrift.Element((long)ParquetEncoding.Plain);
        thrift.List(3, ThriftType.Binary, Field.Group is null ? 1 : 2);
        if (Field.Group is { } of) thrift.Element(of);
        thrift.Element(Field.Name);
        thrift.Int32(4, (int)Codec);
        thrift.Int64(5, Values);
        thrift.Int64(6, Chunk.Length);
        thrift.Int64(7, Chunk.Length);
        thrift.Int64(9, 4 + DictionaryBytes);
        if (DictionaryBytes > 0) thrift.Int64(11, 4);
        thrift.EndStruct();
        thrift.EndStruct();
        thrift.Int64(2, Chunk.Length);
        thrift.Int64(3, Rows);
        thrift.EndStruct();
        thrift.EndStruct();
    }
}
