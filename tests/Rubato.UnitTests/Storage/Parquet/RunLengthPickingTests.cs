using CsCheck;
using Rubato.Storage.Parquet.Encodings;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>What is picked out of a stretch equals what the whole of it decodes to.</summary>
public sealed class RunLengthPickingTests
{
    private static readonly Gen<(int Seed, int Count, int Width)> Stretches = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 700], Gen.Int[1, 20]);

    [Fact]
    public void Picked_values_equal_decoded_ones() => Stretches.Sample(s =>
    {
        var random = new Random(s.Seed);
        int[] values = Values(random, s.Count, 1 << s.Width);
        using var buffer = new PageBuffer();
        RunLengthEncoder.Encode(values, s.Width, buffer);
        int[] indexes = Some(random, s.Count);
        int[] picked = new int[indexes.Length];

        Assert.True(RunLengthDecoder.TryPick(buffer.Written, s.Width, s.Count, indexes, picked));
        Assert.Equal(indexes.Select(i => values[i]), picked);
        Assert.True(indexes.Length == 0 || !RunLengthDecoder.TryPick(default, s.Width, s.Count, indexes, picked));
    });

    [Fact]
    public void Ranks_and_zeros_of_one_bit_levels_are_those_of_a_count() => Stretches.Sample(s =>
    {
        var random = new Random(s.Seed);
        int[] levels = Values(random, s.Count, 2);
        using var buffer = new PageBuffer();
        RunLengthEncoder.Encode(levels, 1, buffer);
        int[] rows = Some(random, s.Count);
        int[] ranks = new int[rows.Length];

        Assert.True(RunLengthDecoder.TryRank(buffer.Written, s.Count, rows, ranks));
        Assert.Equal(rows.Select(row => levels[row] == 0 ? -1 : levels[..row].Sum()), ranks);

        int[] zeros = [.. Enumerable.Range(0, s.Count).Where(i => levels[i] == 0), s.Count];
        int[] ordinals = [.. Some(random, zeros.Length).SelectMany(i => i + 1 < zeros.Length ? new[] { i, i + 1 } : [i])];
        int[] positions = new int[ordinals.Length];
        Assert.True(RunLengthDecoder.TrySelectZeros(buffer.Written, s.Count, ordinals, positions));
        Assert.Equal(ordinals.Select(i => zeros[i]), positions);
        Assert.False(RunLengthDecoder.TrySelectZeros(buffer.Written, s.Count, [zeros.Length], new int[1]));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Picked_levels_come_with_the_number_of_full_ones_before_them(int max) => Stretches.Sample(s =>
    {
        var random = new Random(s.Seed);
        int[] all = Values(random, s.Count, max + 1);
        using var buffer = new PageBuffer();
        RunLengthEncoder.Encode(all, max, buffer);
        int[] entries = Some(random, s.Count);
        int[] levels = new int[entries.Length], ranks = new int[entries.Length];

        Assert.True(RunLengthDecoder.TryPickLevels(buffer.Written, max, s.Count, entries, levels, ranks));
        Assert.Equal(entries.Select(i => all[i]), levels);
        Assert.Equal(entries.Select(i => all[..i].Count(level => level == max)), ranks);
    });

    [Fact]
    public void Random_bytes_are_refused_or_answered_but_never_read_past() => Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[0, int.MaxValue]).Sample((bytes, seed) =>
    {
        var random = new Random(seed);
        int count = random.Next(1, 2000);
        int[] rows = Some(random, count);
        int[] a = new int[rows.Length], b = new int[rows.Length];
        // What counts is that each returns: a span that is too short would throw.
        RunLengthDecoder.TryRank(bytes, count, rows, a);
        RunLengthDecoder.TryPick(bytes, random.Next(0, 33), count, rows, a);
        RunLengthDecoder.TrySelectZeros(bytes, count, rows, a);
        RunLengthDecoder.TryPickLevels(bytes, random.Next(1, 3), count, rows, a, b);
    });

    private static int[] Some(Random random, int count)
    {
        double share = random.Next(3) switch { 0 => 1, 1 => 0.01, _ => random.NextDouble() };
        return [.. Enumerable.Range(0, count).Where(_ => random.NextDouble() < share)];
    }

    private static int[] Values(Random random, int count, int below)
    {
        var values = new int[count];
        int value = random.Next(below), stay = random.Next(1, 40);
        for (int i = 0; i < count; i++)
            values[i] = value = random.Next(stay) == 0 ? random.Next(below) : value;
        return values;
    }
}
