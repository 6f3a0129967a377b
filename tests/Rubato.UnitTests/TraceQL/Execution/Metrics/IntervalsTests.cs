using CsCheck;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Execution.Scan;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution.Metrics;

/// <summary>The interval of many rows at once against that of one.</summary>
public sealed class IntervalsTests
{
    // From nanoseconds to beyond what a double counts exactly.
    private static readonly Gen<TimeBuckets> Buckets =
        Gen.Select(Gen.ULong[0, 1_800_000_000_000_000_000], Gen.Int[0, 50], Gen.Int[1, 300], (start, bits, count) => new TimeBuckets(start, (1UL << bits) + 7, count));

    [Fact]
    public void Rows_lie_in_the_interval_of_their_start() =>
        Gen.Select(Buckets, Gen.ULong.Array[0, 40], Gen.Int[0, int.MaxValue]).Sample(
            (buckets, anywhere, seed) =>
            {
                var random = new Random(seed);
                // Borders, their neighbours, and any time.
                long[] starts =
                [
                    .. anywhere.Select(a => (long)(a >> 1)),
                    .. Enumerable.Range(0, random.Next(70)).Select(_ =>
                        (long)(buckets.StartUnixNano + (buckets.StepNano * (ulong)random.Next(buckets.Count + 2))) + random.Next(-1, 2)),
                ];
                random.Shuffle(starts);
                var selected = new Selection(starts.Length);
                for (var row = 0; row < starts.Length; row++)
                {
                    if (random.Next(3) > 0) selected.Set(row);
                }

                var all = new int[starts.Length];
                var some = new int[starts.Length];
                Intervals.Find(starts, buckets, null, all);
                Intervals.Find(starts, buckets, selected, some);
                for (var row = 0; row < starts.Length; row++)
                {
                    var expected = starts[row] < 0 ? -1 : buckets.IndexOf((ulong)starts[row]);
                    Assert.Equal(expected, all[row]);
                    Assert.Equal(selected[row] ? expected : -1, some[row]);
                }
            },
            iter: 3000);
}
