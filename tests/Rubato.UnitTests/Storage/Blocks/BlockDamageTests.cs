using System.Buffers.Binary;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.Parquet;
using Rubato.Testing;
using Rubato.Testing.Damage;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>
/// Damage to a block's files: every question is answered right or by <see cref="SegmentDamagedException"/> that names the block. Damage that a
/// checksum cannot see (an index sealed again) may answer anything, but does not fall over. RUBATO_DAMAGE_SEED sets the seed.
/// </summary>
public sealed class BlockDamageTests
{
    private const long MaxAllocated = 96 << 20;

    [Theory]
    [InlineData("pages", 500)]
    [InlineData("page indexes", 300)]
    [InlineData("footer", 500)]
    [InlineData("index", 300)]
    [InlineData("sealed index", 700)]
    public void Damage_is_named_or_read_right(string where, int cases)
    {
        var samples = Sample.All.Value;
        var named = 0;
        for (var i = 0; i < cases; i++)
        {
            var random = new Random(DamageSeed.Value + i);
            var sample = samples[i % samples.Length];
            var (data, index) = (sample.Data, sample.Index);
            switch (where)
            {
                case "pages":
                    data = ByteDamage.Apply(random, data, 4, sample.Indexes);
                    break;
                case "page indexes":
                    data = ByteDamage.Apply(random, data, sample.Indexes, sample.Footer);
                    break;
                case "footer":
                    data = ByteDamage.Apply(random, data, sample.Footer, data.Length);
                    break;
                case "index":
                    index = ByteDamage.Apply(random, index, 0, index.Length);
                    break;
                default:
                    var forged = ForgedIndex.Of(index);
                    forged.Damage(random);
                    index = forged.Seal();
                    break;
            }

            try
            {
                named += Judge(data, index, where == "sealed index" ? null : sample.Answer) ? 0 : 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"{where}, seed {DamageSeed.Value}, case {i}: {e}");
            }
        }

        Assert.InRange(named, 1, cases);
    }

    [Fact]
    public void Damage_to_the_description_is_named_or_does_not_matter()
    {
        var meta = TestBlocks.Meta(TenantId.Parse("team-a"), 1, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var good = meta.ToJson();
        for (var i = 0; i < 500; i++)
        {
            var bad = ByteDamage.Apply(new Random(DamageSeed.Value + i), good, 0, good.Length);
            if (!BlockMeta.TryParse(bad, out var found, out var error))
            {
                Assert.NotEmpty(error);
                continue;
            }

            Assert.True(found.ToJson().AsSpan().SequenceEqual(good), $"seed {DamageSeed.Value}, case {i}: taken for sound:\n{Encoding.UTF8.GetString(bad)}");
        }
    }

    [Fact]
    public void Damage_to_the_carried_traces_is_named()
    {
        var random = new Random(DamageSeed.Value);
        HashSet<TraceId> traces = [.. Enumerable.Range(0, 20).Select(_ => new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64()))];
        var good = CarriedTraces.Encode(traces);
        for (var i = 0; i < 200; i++)
        {
            var bad = ByteDamage.Apply(new Random(DamageSeed.Value + i), good, 0, good.Length);
            try
            {
                Assert.True(traces.SetEquals(CarriedTraces.Decode(bad)), $"seed {DamageSeed.Value}, case {i}");
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(CarriedTraces.FileName, e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_missing_file_is_damage()
    {
        using var block = TestBlock.Write(new SpanGenerator(22).Batches(1, 50));
        File.Delete(block.DataPath);
        var segment = (await block.SegmentsAsync())[0];

        await Assert.ThrowsAsync<SegmentDamagedException>(async () => await segment.ReadAsync(SpanColumn.Name, ScanContext.None));
        File.Delete(block.IndexPath);
        using var again = TestBlock.Format.OpenFolder(block.Folder, new BlockCache(1 << 20));
        await Assert.ThrowsAsync<SegmentDamagedException>(async () => await again.FindTraceAsync(new TraceId(1, 2), CancellationToken.None));
    }

    /// <summary>True when all questions were answered, and then right.</summary>
    private static bool Judge(byte[] data, byte[] index, string? expected)
    {
        var source = new CountingSource(data);
        var work = BoundedWork.Begin();
        try
        {
            var answer = MemoryBlock.Ask(source, index);
            if (expected is not null && answer != expected) throw new InvalidOperationException($"answered wrong:\n{FirstDifference(expected, answer)}");
            return true;
        }
        catch (SegmentDamagedException e) when (e.Message.Contains(MemoryBlock.Name, StringComparison.Ordinal))
        {
            return false;
        }
        finally
        {
            work.Check(MaxAllocated, source, 60L * (data.Length + 1000));
        }
    }

    private static string FirstDifference(string expected, string answer)
    {
        var (a, b) = (expected.Split('\n'), answer.Split('\n'));
        var at = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"line {at}: '{a.ElementAtOrDefault(at)}' expected, '{b.ElementAtOrDefault(at)}' found";
    }

    private sealed class Sample
    {
        public static readonly Lazy<Sample[]> All = new(() =>
        [
            new(1, 40, new BlockWriterOptions()),
            new(2, 90, new BlockWriterOptions { RowGroupSpans = 30 }),
            new(3, 70, new BlockWriterOptions { RowGroupSpans = 40, MaxAttributeColumns = 4, ZstdLevel = 0 }),
        ]);

        private Sample(int seed, int spans, BlockWriterOptions options)
        {
            using var data = new MemoryStream();
            using var index = new MemoryStream();
            var batches = new SpanGenerator(seed) { KeyCount = 8 }.Batches(2, spans / 2);
            BlockFormats.Current.Write([.. batches.Select(BatchRows.All)], data, index, options, CancellationToken.None);
            (Data, Index) = (data.ToArray(), index.ToArray());
            Answer = MemoryBlock.Ask(new CountingSource(Data), Index);
            Footer = Data.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(Data.AsSpan(Data.Length - 8));
            Indexes = (int)ParquetFileReader.Open(new MemorySource(Data)).RowGroups.SelectMany(g => g.Columns).Max(chunk => chunk.Offset + chunk.Length);
        }

        public byte[] Data { get; }

        public byte[] Index { get; }

        public string Answer { get; }

        public int Indexes { get; }

        public int Footer { get; }
    }
}
