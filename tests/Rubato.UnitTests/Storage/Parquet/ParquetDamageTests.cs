using Rubato.Storage.Parquet;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>A damaged file is refused by name or, where the damage does not matter, answers right. It never crashes or answers wrong.</summary>
public sealed class ParquetDamageTests
{
    private static readonly TestTables.Shape Shape = new(Seed: 11, Rows: 700, RowGroups: 2, PageRows: 128, MinPageValues: 0, ZstdLevel: 1, BoundBytes: 8);

    [Fact]
    public void Damaged_bytes_give_a_named_error_or_the_right_answer()
    {
        TestTable table = TestTables.Make(Shape);
        byte[] good = table.Write(Shape.Options, new Random(1));
        int footer = BitConverter.ToInt32(good, good.Length - 8) + 8;
        var random = new Random(20260301);
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] bad = [.. good];
            // Half of the damage goes into the footer and the indexes before it, which no checksum covers.
            int from = i % 2 == 0 ? 0 : Math.Max(0, good.Length - footer - 2000);
            for (int n = random.Next(1, 4); n > 0; n--)
                bad[random.Next(from, bad.Length)] = (byte)random.Next(256);
            refused += ReadAll(bad, table) ? 0 : 1;
        }
        Assert.InRange(refused, 700, 1500);
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        TestTable table = TestTables.Make(Shape);
        byte[] good = table.Write(Shape.Options, new Random(1));
        var random = new Random(4);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = good[..random.Next(good.Length)];
            Assert.Throws<ParquetFormatException>(() => ParquetFileReader.Open(new MemorySource(bad)));
        }
    }

    /// <summary>Checksums off: the decoders themselves must hold, as a forged file has right checksums.</summary>
    [Fact]
    public void Damage_behind_a_right_checksum_never_escapes_the_decoders()
    {
        TestTable table = TestTables.Make(Shape);
        byte[] good = table.Write(Shape.Options, new Random(1));
        var random = new Random(5);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(good));
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            int g = random.Next(2), c = random.Next(table.Schema.Count);
            ParquetColumnChunk chunk = reader.RowGroups[g].Columns[c];
            byte[] bad = [.. good];
            ForgedPages.Damage(bad, (int)chunk.Offset, chunk.Length, random);
            ParquetFileReader forged = ParquetFileReader.Open(new MemorySource(bad));
            try
            {
                forged.ReadColumn(g, c).Dispose(); // Values may differ: nothing in the file could tell.
                if (table.Schema[c].IsRepeated)
                    forged.ReadChildCounts(g, c);
            }
            catch (ParquetFormatException e)
            {
                Assert.Equal(table.Schema[c].Path, e.Column);
                refused++;
            }
        }
        Assert.InRange(refused, 300, 3000);
    }

    [Fact]
    public void A_file_that_is_something_else_is_refused()
    {
        Assert.Throws<ParquetFormatException>(() => ParquetFileReader.Open(new MemorySource("too short"u8.ToArray())));
        var e = Assert.Throws<ParquetFormatException>(() => ParquetFileReader.Open(new MemorySource(new byte[1000])));
        Assert.Contains("PAR1", e.Message, StringComparison.Ordinal);
    }

    /// <summary>True when everything was read, and then it is right.</summary>
    private static bool ReadAll(byte[] file, TestTable table)
    {
        try
        {
            ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(file));
            bool sameSchema = reader.Schema.Fields.SequenceEqual(table.Schema.Fields);
            for (int g = 0; g < reader.RowGroups.Count; g++)
            {
                for (int c = 0; c < reader.Schema.Count; c++)
                {
                    using ParquetColumnVector vector = reader.ReadColumn(g, c);
                    using ParquetColumnVector part = reader.ReadColumnRows(g, c, 100, 50);
                    if (sameSchema)
                        ParquetRoundTripTests.AssertSame(table.RowGroups[g].Columns[c], vector);
                }
            }
            return true;
        }
        catch (ParquetFormatException e)
        {
            Assert.NotEmpty(e.Message);
            return false;
        }
    }
}
