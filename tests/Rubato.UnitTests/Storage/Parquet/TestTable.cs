using Rubato.Oracles;
using Rubato.Storage.Parquet;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>
/// A file as plain objects: the twin that every reader is compared with. Values are <c>byte[]</c>, <c>long</c>, <c>double</c>, <c>bool</c> or null.
/// </summary>
internal sealed class TestTable
{
    public required ParquetSchema Schema { get; init; }
    public required List<RowGroup> RowGroups { get; init; }

    /// <summary>Values by column: over rows, or over child rows for a repeated field.</summary>
    public sealed record RowGroup(int RowCount, Dictionary<string, int[]> ChildCounts, object?[][] Columns);

    public byte[] Write(ParquetWriterOptions options, Random random)
    {
        using var stream = new MemoryStream();
        using var writer = new ParquetFileWriter(stream, Schema, options);
        writer.AddMetadata("rubato.test", "ünïcode");
        foreach (RowGroup group in RowGroups)
        {
            writer.BeginRowGroup(group.RowCount);
            for (int i = 0; i < Schema.Count; i++)
            {
                ParquetField field = Schema[i];
                if (field.Group is { } name && (i == 0 || Schema[i - 1].Group != name))
                    writer.BeginRepeatedGroup(group.ChildCounts[name]);
                WriteColumn(writer, field, group.Columns[i], random);
            }
            writer.EndRowGroup();
        }
        long bytes = writer.Finish();
        Assert.Equal(bytes, stream.Length);
        AskOthers(stream.ToArray());
        return stream.ToArray();
    }

    /// <summary>Every file that a test writes is read by other engines too, and compared with what our reader gives.</summary>
    private static void AskOthers(byte[] file)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            FileOracles.Check(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void WriteColumn(ParquetFileWriter writer, ParquetField field, object?[] column, Random random)
    {
        int[] positions = [.. Enumerable.Range(0, column.Length).Where(i => column[i] is not null)];
        object[] values = [.. column.Where(value => value is not null)!];
        // Saying "all rows" and naming every row must come to the same.
        PresentRows rows = positions.Length == column.Length && random.Next(2) == 0 ? PresentRows.All : PresentRows.At(positions);
        switch (field.Type)
        {
            case ParquetType.Boolean:
                writer.WriteBooleans([.. values.Select(value => (byte)((bool)value ? 1 : 0))], rows);
                break;
            case ParquetType.Int32 or ParquetType.Int64:
                writer.WriteLongs([.. values.Cast<long>()], rows);
                break;
            case ParquetType.Double:
                writer.WriteDoubles([.. values.Cast<double>()], rows);
                break;
            default:
                byte[][] texts = [.. values.Cast<byte[]>()];
                bool withFilter = field.LogicalType == ParquetLogicalType.String && random.Next(2) == 0;
                if (random.Next(3) > 0)
                {
                    (int[] codes, byte[] data, int[] offsets) = Intern(texts, field, random);
                    writer.WriteCodes(codes, new ByteStrings(data, offsets), rows, withFilter);
                }
                else if (field.Type == ParquetType.FixedLenByteArray)
                {
                    writer.WriteFixed(texts.SelectMany(text => text).ToArray(), rows);
                }
                else
                {
                    (byte[] data, int[] offsets) = Pool(texts);
                    writer.WriteStrings(new ByteStrings(data, offsets), rows, withFilter);
                }
                break;
        }
    }

    public static (byte[] Data, int[] Offsets) Pool(IReadOnlyList<byte[]> texts)
    {
        int[] offsets = new int[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
            offsets[i + 1] = offsets[i] + texts[i].Length;
        return (texts.SelectMany(text => text).ToArray(), offsets);
    }

    /// <summary>A dictionary with entries that nobody uses, in no order, as the caller's live dictionaries are.</summary>
    private static (int[] Codes, byte[] Data, int[] Offsets) Intern(byte[][] texts, ParquetField field, Random random)
    {
        var entries = new List<byte[]>();
        var known = new Dictionary<string, int>();
        int Add(byte[] text)
        {
            string key = Convert.ToHexString(text);
            if (!known.TryGetValue(key, out int code))
            {
                known.Add(key, code = entries.Count);
                entries.Add(text);
            }
            return code;
        }
        for (int i = 0; i < 5; i++)
        {
            byte[] unused = new byte[field.FixedLength > 0 ? field.FixedLength : 24];
            random.NextBytes(unused);
            Add(unused);
        }
        int[] codes = [.. texts.Select(Add)];
        (byte[] data, int[] offsets) = Pool(entries);
        return (codes, data, offsets);
    }
}
