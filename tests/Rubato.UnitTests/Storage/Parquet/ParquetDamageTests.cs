using System.Buffers.Binary;
using Rubato.Storage.Parquet;
using Rubato.Testing.Damage;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>
/// A damaged file is refused by name or, where the damage does not matter, answers right. It never crashes, asks beyond its end, takes much
/// memory or answers wrong. The seed is in every message; RUBATO_DAMAGE_SEED sets it.
/// </summary>
public sealed class ParquetDamageTests
{
    private const int Cases = 4500;
    private const int ForgedCases = 2500;
    private const long MaxAllocated = 64 << 20;

    private static readonly TestTables.Shape[] Shapes =
    [
        new(Seed: 11, Rows: 60, RowGroups: 1, PageRows: 8192, MinPageValues: 1024, ZstdLevel: 1, BoundBytes: 0),
        new(Seed: 12, Rows: 150, RowGroups: 1, PageRows: 16, MinPageValues: 0, ZstdLevel: 0, BoundBytes: 8),
        new(Seed: 13, Rows: 200, RowGroups: 3, PageRows: 64, MinPageValues: 10, ZstdLevel: 1, BoundBytes: 16),
        new(Seed: 14, Rows: 1, RowGroups: 2, PageRows: 64, MinPageValues: 10, ZstdLevel: 1, BoundBytes: 3),
    ];

    private static int Seed => DamageSeed.Value;

    [Fact]
    public void Damaged_bytes_give_a_named_error_or_the_right_answer()
    {
        var files = Shapes.Select(shape => new Sample(TestTables.Make(shape).Write(shape.Options, new Random(1)))).ToArray();
        var refused = 0;
        for (var i = 0; i < Cases; i++)
        {
            // Each case has its own random numbers, so that one alone can be repeated.
            var random = new Random(Seed + i);
            var sample = files[i % files.Length];
            // A third each: pages, the indexes before the footer, and the footer. Only pages have checksums.
            var (from, to) = (i / files.Length % 3) switch { 0 => (4, sample.Indexes), 1 => (sample.Indexes, sample.Footer), _ => (sample.Footer, sample.Bytes.Length) };
            var bad = ByteDamage.Apply(random, sample.Bytes, from, to);
            try
            {
                refused += Judge(bad, sample.Answers) ? 0 : 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, case {i}, bytes {from} to {to} of {sample.Bytes.Length}: {e}");
            }
        }

        Assert.InRange(refused, Cases / 3, Cases);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: {refused} of {Cases} refused");
    }

    /// <summary>Checksums are right again: levels, codes, lengths and counts are what the decoders themselves must check.</summary>
    [Fact]
    public void Damage_behind_right_checksums_never_escapes_the_decoders()
    {
        var chunks = Shapes.Take(3).SelectMany(shape => OneColumnFile.AllOf(TestTables.Make(shape).Write(shape.Options, new Random(2)))).ToArray();
        var refused = 0;
        for (var i = 0; i < ForgedCases; i++)
        {
            var random = new Random(Seed + i);
            var chunk = chunks[random.Next(chunks.Length)];
            var pages = ForgedPages.Of(chunk.Chunk);
            for (var n = random.Next(1, 3); n > 0; n--) pages.Damage(random);
            var (bytes, dictionary) = pages.Seal();
            var file = chunk with { Chunk = bytes, DictionaryBytes = dictionary };
            try
            {
                // Values may differ: nothing in the file could tell.
                refused += Judge(file.ToBytes(), null) ? 0 : 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, case {i}, column {chunk.Field}: {e}");
            }
        }

        Assert.InRange(refused, ForgedCases / 10, ForgedCases);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var good = new Sample(TestTables.Make(Shapes[0]).Write(Shapes[0].Options, new Random(1))).Bytes;
        for (var length = 0; length < good.Length; length += 1 + (length % 7))
            Assert.Throws<ParquetFormatException>(() => ParquetFileReader.Open(new CountingSource(good[..length])));
    }

    [Fact]
    public void A_file_that_is_something_else_is_refused()
    {
        Assert.Throws<ParquetFormatException>(() => ParquetFileReader.Open(new MemorySource("too short"u8.ToArray())));
        var e = Assert.Throws<ParquetFormatException>(() => ParquetFileReader.Open(new MemorySource(new byte[1000])));
        Assert.Contains("PAR1", e.Message, StringComparison.Ordinal);
    }

    /// <summary>True when everything was read, and then it is right.</summary>
    private static bool Judge(byte[] file, Dictionary<string, ulong>? expected)
    {
        var source = new CountingSource(file);
        var work = BoundedWork.Begin();
        try
        {
            var answers = ParquetQuestions.Ask(source);
            if (expected is null) return true;
            // A name or type that the footer says differently is another column: the block's index tells them apart (BlockDamageTests).
            foreach (var (column, answer) in answers)
            {
                if (expected.TryGetValue(column, out var right) && right != answer) throw new InvalidOperationException($"{column} is answered wrong");
            }

            return true;
        }
        catch (ParquetFormatException e)
        {
            if (e.Message.Length < 10) throw new InvalidOperationException("an error without words", e);
            return false;
        }
        finally
        {
            work.Check(MaxAllocated, source, 40L * (file.Length + 1000));
        }
    }

    private sealed class Sample
    {
        public Sample(byte[] bytes)
        {
            Bytes = bytes;
            Answers = ParquetQuestions.Ask(new CountingSource(bytes));
            Footer = bytes.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8));
            Indexes = (int)ParquetFileReader.Open(new MemorySource(bytes)).RowGroups.SelectMany(g => g.Columns).Max(chunk => chunk.Offset + chunk.Length);
        }

        public byte[] Bytes { get; }

        public Dictionary<string, ulong> Answers { get; }

        public int Indexes { get; }

        public int Footer { get; }
    }
}
