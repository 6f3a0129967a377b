using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Rubato.Ingest.Ingester;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Xunit;

namespace Rubato.UnitTests.Ingest.Ingester;

public sealed class LiveTracesTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly LiveTraces _live;

    public LiveTracesTests() => _live = new LiveTraces(Idle, _time);

    [Fact]
    public void A_new_trace_beyond_the_limit_is_refused_and_known_ones_are_not()
    {
        Assert.Empty(Admit(2, 0, (1, 10), (2, 10)).Refused);
        var admission = Admit(2, 0, (1, 10), (3, 10), (3, 5), (2, 10));
        Assert.Equal([Id(3)], admission.Refused.Keys);
        Assert.Equal((2, 0), (admission.LiveTracesExceeded, admission.TraceTooLarge));
        Assert.StartsWith("LIVE_TRACES_EXCEEDED: tenant t ", admission.Message, StringComparison.Ordinal);
        Assert.Equal(2, _live.Count);
    }

    [Fact]
    public void An_idle_trace_makes_room()
    {
        Admit(1, 0, (1, 10));
        _time.Advance(Idle - TimeSpan.FromSeconds(1));
        Assert.Single(Admit(1, 0, (2, 10)).Refused);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Admit(1, 0, (2, 10)).Refused);
        Assert.Single(Admit(1, 0, (1, 10)).Refused);
    }

    [Fact]
    public void A_trace_that_would_be_too_large_is_refused_whole_and_keeps_what_it_had()
    {
        Assert.Empty(Admit(0, 100, (1, 60)).Refused);
        // Two runs of one request: together too large, so neither counts.
        var admission = Admit(0, 100, (1, 30), (2, 50), (1, 30));
        Assert.Equal([Id(1)], admission.Refused.Keys);
        Assert.Equal((0, 2), (admission.LiveTracesExceeded, admission.TraceTooLarge));
        Assert.StartsWith("TRACE_TOO_LARGE: ", admission.Message, StringComparison.Ordinal);
        Assert.Empty(Admit(0, 100, (1, 40)).Refused);
        Assert.Single(Admit(0, 100, (1, 1)).Refused);
    }

    [Fact]
    public void A_refused_new_trace_is_not_live()
    {
        Assert.Single(Admit(5, 100, (1, 101)).Refused);
        Assert.Equal(0, _live.Count);
    }

    [Fact]
    public void The_size_of_an_idle_trace_is_remembered_until_a_block_is_cut()
    {
        Admit(0, 100, (1, 90));
        _time.Advance(2 * Idle);
        _live.Sweep(forgetIdle: false);
        Assert.Equal(0, _live.Count);
        Assert.Single(Admit(0, 100, (1, 20)).Refused);
        _live.Sweep(forgetIdle: true);
        Assert.Empty(Admit(0, 100, (1, 20)).Refused);
    }

    [Fact]
    public void What_could_not_be_kept_is_taken_back()
    {
        var runs = Runs((1, 90), (2, 10));
        _live.TakeBack(runs, _live.Admit(runs, TenantId.Parse("t"), new TenantLimits { MaxBytesPerTrace = 100 }, 0));
        Assert.Empty(Admit(0, 100, (1, 100)).Refused);
    }

    // Requests with random runs against sizes kept in a plain dictionary.
    [Fact]
    public void Sizes_are_those_of_a_plain_sum() =>
        Gen.Select(Gen.Int[1, 200], Gen.Select(Gen.Int[1, 5], Gen.Int[1, 60]).Array[1, 8].Array[1, 20]).Sample((limit, requests) =>
        {
            var live = new LiveTraces(Idle, new FakeTimeProvider());
            var sizes = new Dictionary<int, long>();
            foreach (var request in requests)
            {
                var admission = live.Admit(Runs(request), TenantId.Parse("t"), new TenantLimits { MaxBytesPerTrace = limit }, 0);
                foreach (var trace in request.GroupBy(r => r.Item1))
                {
                    var size = sizes.GetValueOrDefault(trace.Key) + trace.Sum(r => (long)r.Item2);
                    Assert.Equal(size > limit, admission.Refused.ContainsKey(Id(trace.Key)));
                    if (size <= limit) sizes[trace.Key] = size;
                }

                Assert.Equal(request.Count(r => admission.Refused.ContainsKey(Id(r.Item1))), admission.Spans);
            }
        });

    private static TraceId Id(int number) => new(1, (ulong)number);

    private static TraceRuns Runs(params (int Trace, int Bytes)[] spans)
    {
        var runs = new TraceRuns();
        foreach (var (trace, bytes) in spans) runs.Add(Id(trace), bytes);
        return runs;
    }

    private TraceAdmission Admit(int maxTraces, long maxBytes, params (int Trace, int Bytes)[] spans) =>
        _live.Admit(Runs(spans), TenantId.Parse("t"), new TenantLimits { MaxBytesPerTrace = maxBytes, MaxTracesPerUser = maxTraces }, maxTraces);
}
