using System.Buffers.Binary;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;
using Rubato.Testing.Damage;

namespace Rubato.Fuzz;

/// <summary>
/// What stands behind the pages: page indexes and footer, of which Parquet has no checksum. Whatever they say, the file opens or is refused in
/// words, and its columns are read or refused without a question beyond the file.
/// </summary>
internal sealed class ParquetFooterTarget : IFuzzTarget
{
    private const int ColumnsRead = 3;

    public long MaxAllocatedBytes => 64 << 20;

    public IEnumerable<byte[]> Corpus(Random random) => ParquetFiles.Make().Select(file => file.Data).Concat(OneColumnFile.AllOf(ParquetFiles.Make().First().Data).Select(c => c.ToBytes()));

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other)
    {
        if (input.Length < 64) return other;
        var claimed = BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(input.Length - 8));
        var footer = claimed > 0 && claimed <= input.Length - 12 ? input.Length - 8 - claimed : input.Length / 2;
        if (random.Next(4) == 0)
        {
            // The page indexes stand right before the footer; how many bytes they have is the footer's to say.
            return ByteDamage.Apply(random, input, Math.Min(footer, Math.Max(4, footer - 3000)), footer);
        }

        var damaged = ByteDamage.Apply(random, input.AsSpan(footer, input.Length - 8 - footer), 0, input.Length - 8 - footer);
        var tail = input.AsSpan(input.Length - 8).ToArray();
        // The length is made right, so that the parser sees the rest.
        if (random.Next(16) != 0) BinaryPrimitives.WriteInt32LittleEndian(tail, damaged.Length);
        return [.. input.AsSpan(0, footer), .. damaged, .. tail];
    }

    public void Run(byte[] input)
    {
        var source = new CountingSource(input);
        try
        {
            var reader = ParquetFileReader.Open(source);
            try
            {
                _ = BlockSchema.Read(reader.Schema, reader.Metadata);
            }
            catch (ParquetFormatException e) when (e.Message.Length > 10)
            {
                // Not ours, in words.
            }

            for (var g = 0; g < Math.Min(2, reader.RowGroups.Count); g++)
            {
                var rows = reader.RowGroups[g].RowCount;
                for (var n = 0; n < Math.Min(ColumnsRead, reader.Schema.Count); n++) Read(reader, g, (n * 7 + input.Length) % reader.Schema.Count, rows);
            }
        }
        catch (ParquetFormatException e) when (e.Message.Length > 10)
        {
            // Refused in words.
        }

        if (source.BytesRead > 8L * source.Length + (256 << 10)) throw new InvalidOperationException($"{source.BytesRead} bytes read of {source.Length}");
    }

    private static void Read(ParquetFileReader reader, int rowGroup, int column, int rows)
    {
        try
        {
            reader.ReadColumnRows(rowGroup, column, rows / 2, Math.Min(5, rows - (rows / 2))).Dispose();
            if (reader.Schema[column].IsRepeated) _ = reader.ReadChildCountsRows(rowGroup, column, rows / 2, Math.Min(5, rows - (rows / 2)));
        }
        catch (ParquetFormatException e)
        {
            if (e.Column is null) throw new InvalidOperationException("an error that names no column", e);
        }
    }
}
