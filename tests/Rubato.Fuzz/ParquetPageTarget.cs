using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Testing.Damage;

namespace Rubato.Fuzz;

/// <summary>
/// The pages of one column, changed in header, levels or values and sealed again with right checksums, in a file around them. They are read or
/// refused by an error that names the column; nothing is asked for beyond the file.
/// </summary>
internal sealed class ParquetPageTarget : IFuzzTarget
{
    // A page of a few hundred bytes that unpacks to more than this is not one of ours.
    public long MaxAllocatedBytes => 64 << 20;

    public IEnumerable<byte[]> Corpus(Random random) => ParquetFiles.Make().SelectMany(file => OneColumnFile.AllOf(file.Data)).Select(column => Pack(column));

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other)
    {
        if (Unpack(input) is not { } column) return other;
        ForgedPages pages;
        try
        {
            pages = ForgedPages.Of(column.Chunk);
        }
        catch (Exception e) when (e is ParquetFormatException or ArgumentOutOfRangeException)
        {
            // Too damaged to be taken apart: from now on as plain bytes.
            return Pack(column with { Chunk = ByteDamage.Apply(random, column.Chunk, 0, column.Chunk.Length) });
        }

        if (pages.IsEmpty) return other;
        for (var n = 1 + random.Next(3); n > 0; n--) pages.Damage(random);
        var (chunk, dictionary) = pages.Seal();
        if (random.Next(8) == 0) chunk = ByteDamage.Apply(random, chunk, 0, chunk.Length);
        return Pack(column with
        {
            Chunk = chunk.Length > 32 * 1024 ? chunk[..(32 * 1024)] : chunk,
            DictionaryBytes = dictionary,
            Rows = random.Next(16) == 0 ? random.Next(2000) : column.Rows,
            Values = random.Next(16) == 0 ? random.Next(2000) : column.Values,
        });
    }

    public void Run(byte[] input)
    {
        if (Unpack(input) is not { } column) return;
        var source = new CountingSource(column.ToBytes());
        try
        {
            var reader = ParquetFileReader.Open(source);
            var rows = reader.RowGroups[0].RowCount;
            Try(column, () => reader.ReadColumn(0, 0).Dispose());
            Try(column, () => reader.ReadColumnRows(0, 0, rows / 3, rows / 2).Dispose());
            Try(column, () => _ = reader.ReadDictionaryOnly(0, 0));
            if (column.Field.IsRepeated) Try(column, () => _ = reader.ReadChildCounts(0, 0));
        }
        catch (ParquetFormatException e) when (e.Message.Length > 10)
        {
            // The footer does not fit the file.
        }

        if (source.BytesRead > 12L * source.Length + 4096) throw new InvalidOperationException($"{source.BytesRead} bytes read of {source.Length}");
    }

    private static void Try(OneColumnFile column, Action read)
    {
        try
        {
            read();
        }
        catch (ParquetFormatException e)
        {
            if (e.Column != column.Field.Path) throw new InvalidOperationException($"an error that names column '{e.Column}' and not '{column.Field.Path}'", e);
        }
    }

    // The first section: type, required, repeated, fixed length, text or not, codec; then counts; then the chunk.
    private static byte[] Pack(OneColumnFile column) => Sections.Join(
        [
            (byte)column.Field.Type, (byte)(column.Field.IsRequired ? 1 : 0), (byte)(column.Field.IsRepeated ? 1 : 0), (byte)column.Field.FixedLength,
            (byte)(column.Field.LogicalType == ParquetLogicalType.String ? 1 : 0), (byte)column.Codec,
        ],
        BitConverter.GetBytes(column.Rows),
        BitConverter.GetBytes(column.Values),
        BitConverter.GetBytes((long)column.DictionaryBytes),
        column.Chunk);

    private static OneColumnFile? Unpack(byte[] input)
    {
        var parts = Sections.Split(input);
        if (parts.Count < 5 || parts[0].Length != 6 || parts.Skip(1).Take(3).Any(part => part.Length != 8)) return null;
        var kind = parts[0];
        if (!Enum.IsDefined((ParquetType)kind[0])) return null;
        var field = new ParquetField("column", (ParquetType)kind[0])
        {
            IsRequired = kind[1] != 0,
            Group = kind[2] != 0 ? "group" : null,
            FixedLength = kind[3],
            LogicalType = kind[4] != 0 ? ParquetLogicalType.String : ParquetLogicalType.None,
        };
        return new OneColumnFile
        {
            Field = field,
            Rows = BitConverter.ToInt64(parts[1]),
            Values = BitConverter.ToInt64(parts[2]),
            DictionaryBytes = (int)BitConverter.ToInt64(parts[3]),
            Chunk = parts[4],
            Codec = (ParquetCodec)kind[5],
        };
    }
}
