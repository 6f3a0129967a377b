using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class TraceTableTests
{
    public static TheoryData<string, int> Tables => new()
    {
        { "random", 1 }, { "random", 2 }, { "random", 17 }, { "random", 5_000 }, { "low half only", 3_000 }, { "counted", 3_000 }, { "two kinds", 3_000 }, { "high half only", 500 },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Every_id_is_found_at_its_place_and_others_are_not(string kind, int count)
    {
        var random = new Random(count);
        TraceId[] ids = [.. Enumerable.Range(0, count).Select(i => Id(kind, i, random)).Distinct().Order()];
        var table = RoundTrip(ids);

        Assert.Equal(ids.Length, table.Count);
        for (var i = 0; i < ids.Length; i++) Assert.Equal(i, table.Find(ids[i]));
        var known = ids.ToHashSet();
        var wrong = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var other = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64());
            if (!known.Contains(other) && table.Find(other) >= 0) wrong++;
        }

        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Ids_that_chance_made_take_four_bytes_and_a_quarter()
    {
        var random = new Random(3);
        var small = new IndexWriter();
        var large = new IndexWriter();
        TraceTable.Write([.. Enumerable.Range(0, 20_000).Select(_ => Id("random", 0, random)).Order()], small, large);

        Assert.Equal(80_000, large.Written.Length);
        Assert.InRange(small.Written.Length, 1, 1_300);
    }

    [Fact]
    public void Ids_that_their_first_bits_do_not_tell_apart_are_kept_whole() => Assert.True(RoundTrip([new(0, 1), new(0, 2), new(1UL << 63, 0)]).IsWhole);

    private static TraceId Id(string kind, int i, Random random) => kind switch
    {
        "low half only" => new TraceId(0, (ulong)random.NextInt64()),
        "high half only" => new TraceId((ulong)random.NextInt64(), 0),
        "counted" => new TraceId(7, (ulong)i),
        "two kinds" => i % 2 == 0 ? new TraceId(0, (ulong)random.NextInt64()) : new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64()),
        _ => new TraceId((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64()),
    };

    private static TraceTable RoundTrip(IReadOnlyList<TraceId> ids)
    {
        var small = new IndexWriter();
        var large = new IndexWriter();
        TraceTable.Write(ids, small, large);
        var smallReader = new IndexReader(small.Written);
        var largeReader = new IndexReader(large.Written);
        var table = TraceTable.Read(ref smallReader, ref largeReader, 0);
        Assert.Equal((0, 0), (smallReader.Remaining, largeReader.Remaining));
        // What stands for the table where it has no room finds the same.
        if (table.Directory is { } directory)
        {
            for (var i = 0; i < ids.Count; i += 1 + (i % 7)) Assert.Equal(i, Find(directory, large.Written, ids[i]));
            for (var i = 0; i < 100; i++)
            {
                var id = new TraceId(ids[0].High ^ (ulong)i, (ulong)i * 0x9E3779B97F4A7C15);
                Assert.Equal(table.Find(id), Find(directory, large.Written, id));
            }
        }

        CheckKeys(table, ids);
        return table;
    }

    private static void CheckKeys(TraceTable table, IReadOnlyList<TraceId> ids)
    {
        var mask = table.KeyBits >= 128 ? UInt128.MaxValue : UInt128.MaxValue << (128 - table.KeyBits);
        UInt128[] expected = [.. ids.Select(id => new UInt128(id.High, id.Low) & mask)];
        var keys = new UInt128[table.Count];
        table.CopyKeys(0, keys);
        Assert.Equal(expected, keys);
        if (keys.Length == 0) return;
        var part = new UInt128[keys.Length - (keys.Length / 3)];
        table.CopyKeys(keys.Length / 3, part);
        Assert.Equal(expected[(keys.Length / 3)..], part);
        for (var i = 0; i < keys.Length; i += 1 + (keys.Length / 50))
        {
            Assert.Equal(i, table.LowerBound(keys[i]));
            Assert.Equal(i + 1, table.LowerBound(keys[i] + 1));
        }

        Assert.Equal(0, table.LowerBound(UInt128.Zero));
        Assert.Equal(keys[^1] == UInt128.MaxValue ? keys.Length - 1 : keys.Length, table.LowerBound(UInt128.MaxValue));
    }

    private static int Find(TraceDirectory directory, ReadOnlySpan<byte> file, TraceId id)
    {
        var (offset, length) = directory.RangeOf(id);
        return length == 0 ? -1 : directory.Find(id, file.Slice((int)offset, length));
    }
}
