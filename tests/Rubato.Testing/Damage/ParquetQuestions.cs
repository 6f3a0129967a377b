using System.IO.Hashing;
using System.Runtime.InteropServices;
using Rubato.Storage.Parquet;

namespace Rubato.Testing.Damage;

/// <summary>Reads all of a file, and of each column a part as well, as hashes: what two files answer alike is alike.</summary>
internal static class ParquetQuestions
{
    /// <summary>Hashes of what was read, by row group and column path. A file that is not to be read throws <see cref="ParquetFormatException"/>.</summary>
    public static Dictionary<string, ulong> Ask(IRandomAccessSource source)
    {
        var answers = new Dictionary<string, ulong>(StringComparer.Ordinal);
        var reader = ParquetFileReader.Open(source);
        var hash = new XxHash3();
        for (var g = 0; g < reader.RowGroups.Count; g++)
        {
            var rows = reader.RowGroups[g].RowCount;
            for (var c = 0; c < reader.Schema.Count; c++)
            {
                var field = reader.Schema[c];
                var name = $"{g} {field}";
                if (field.IsRepeated)
                {
                    Append(hash, MemoryMarshal.AsBytes(reader.ReadChildCounts(g, c).AsSpan()));
                    Append(hash, MemoryMarshal.AsBytes(reader.ReadChildCountsRows(g, c, rows / 3, rows / 2).AsSpan()));
                }

                using (var whole = reader.ReadColumn(g, c)) Append(hash, whole);
                if (reader.ReadDictionaryOnly(g, c) is { } dictionary) Append(hash, BitConverter.GetBytes(dictionary.Count));
                using (var part = reader.ReadColumnRows(g, c, rows / 3, rows / 2)) Append(hash, part);
                answers[name] = hash.GetCurrentHashAsUInt64();
                hash.Reset();
            }
        }

        return answers;
    }

    private static void Append(XxHash3 hash, ParquetColumnVector vector)
    {
        Append(hash, BitConverter.GetBytes(vector.RowCount));
        Append(hash, MemoryMarshal.AsBytes(vector.Rows));
        switch (vector.Field.Type)
        {
            case ParquetType.Boolean:
                Append(hash, vector.Booleans);
                break;
            case ParquetType.Int32 or ParquetType.Int64:
                Append(hash, MemoryMarshal.AsBytes(vector.Longs));
                break;
            case ParquetType.Double:
                Append(hash, MemoryMarshal.AsBytes(vector.Doubles));
                break;
            default:
                // The values, however they lie: a dictionary is one way to store them.
                for (var i = 0; i < vector.Count; i++) Append(hash, vector.BytesAt(i));
                break;
        }
    }

    private static void Append(XxHash3 hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BitConverter.TryWriteBytes(length, bytes.Length);
        hash.Append(length);
        hash.Append(bytes);
    }
}
