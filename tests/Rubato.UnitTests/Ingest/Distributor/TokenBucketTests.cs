using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Rubato.Ingest.Distributor;
using Xunit;

namespace Rubato.UnitTests.Ingest.Distributor;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_begins_full_and_takes_all_or_nothing()
    {
        var bucket = new TokenBucket(_time);
        Assert.True(bucket.TryTake(60, rate: 10, burst: 100));
        Assert.False(bucket.TryTake(41, rate: 10, burst: 100));
        Assert.True(bucket.TryTake(40, rate: 10, burst: 100));
        Assert.False(bucket.TryTake(1, rate: 10, burst: 100));
    }

    [Fact]
    public void More_than_the_burst_never_passes()
    {
        var bucket = new TokenBucket(_time);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(bucket.TryTake(101, rate: 1000, burst: 100));
    }

    [Fact]
    public void New_limits_hold_at_once()
    {
        var bucket = new TokenBucket(_time);
        Assert.True(bucket.TryTake(100, rate: 10, burst: 100));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bucket.TryTake(1000, rate: 1000, burst: 1000));
        Assert.False(bucket.TryTake(1, rate: 0, burst: 1000));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(bucket.TryTake(1, rate: 0, burst: 1000));
    }

    // Whatever is asked for when: never more than the burst and what the rate gives meanwhile, and a request that fits that is never refused.
    [Fact]
    public void What_passes_is_what_a_plain_sum_allows() =>
        Gen.Select(Gen.Int[1, 500], Gen.Int[1, 1000], Gen.Select(Gen.Int[0, 300], Gen.Int[0, 2000]).Array[1, 60]).Sample((rate, burst, requests) =>
        {
            var time = new FakeTimeProvider();
            var bucket = new TokenBucket(time);
            decimal tokens = burst;
            foreach (var (wanted, milliseconds) in requests)
            {
                time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                tokens = Math.Min(burst, tokens + ((decimal)rate * milliseconds / 1000));
                // Within a rounding error both answers are right.
                if (Math.Abs(tokens - wanted) < 0.000001m && tokens != wanted) return;
                var passed = bucket.TryTake(wanted, rate, burst);
                if (Math.Abs(tokens - wanted) >= 0.000001m) Assert.Equal(wanted <= tokens, passed);
                if (passed) tokens -= wanted;
            }
        });
}
