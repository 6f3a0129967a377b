using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Rubato.Client;
using Xunit;

namespace Rubato.UnitTests.Client;

public sealed class SamplerTests
{
    private const string Yes = "all";
    private static int _names;

    private readonly string _name = $"sampler-tests-{Interlocked.Increment(ref _names)}";

    [Fact]
    public void Description_IsTheGuidesForm()
    {
        Assert.Equal("AdaptiveSampler{base=0.01,error=1,slow=0.5}", new AdaptiveSampler(0.01, 1.0, 0.5, TimeSpan.FromSeconds(1)).Description);
        Assert.Equal("HeadBasedSampler{default=0.1,force=[/api/payment /admin]}", new HeadBasedSampler(0.1, "/api/payment", "/admin").Description);
    }

    [Theory]
    [InlineData("error", true, SamplingDecision.RecordAndSample)]
    [InlineData("error", "true", SamplingDecision.RecordAndSample)]
    [InlineData("error", false, SamplingDecision.RecordOnly)]
    [InlineData("http.status_code", 400, SamplingDecision.RecordAndSample)]
    [InlineData("http.status_code", 399, SamplingDecision.RecordOnly)]
    [InlineData("http.response.status_code", 503L, SamplingDecision.RecordAndSample)]
    [InlineData("http.status_code", "500", SamplingDecision.RecordAndSample)]
    [InlineData("other", 500, SamplingDecision.RecordOnly)]
    public void Adaptive_ErrorAtStart_UsesTheErrorRate(string key, object value, SamplingDecision expected) =>
        Assert.Equal(expected, Decide(new AdaptiveSampler(0, 1, 0, TimeSpan.FromSeconds(1)), (key, value)));

    [Fact]
    public void Adaptive_NothingKeptLater_DropsInsteadOfRecording() =>
        Assert.Equal(SamplingDecision.Drop, Decide(new AdaptiveSampler(0, 0, 0, TimeSpan.FromSeconds(1))));

    [Theory]
    [InlineData("http.target", "/api/payment?id=1", SamplingDecision.RecordAndSample)]
    [InlineData("url.path", "/api/payment", SamplingDecision.RecordAndSample)]
    [InlineData("http.url", "https://shop.example/api/payment/7", SamplingDecision.RecordAndSample)]
    [InlineData("http.url", "/api/payment/7", SamplingDecision.RecordAndSample)]
    [InlineData("url.full", "https://shop.example/other", SamplingDecision.Drop)]
    [InlineData("http.url", "no address", SamplingDecision.Drop)]
    [InlineData("http.target", "/api", SamplingDecision.Drop)]
    public void HeadBased_Path_IsForced(string key, string value, SamplingDecision expected) => Assert.Equal(expected, Decide(new HeadBasedSampler(0, "/api/payment"), (key, value)));

    [Fact]
    public void BothSamplers_FollowASampledCallerAndKeepItsState()
    {
        var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "k=v", isRemote: true);
        foreach (Sampler sampler in (Sampler[])[new AdaptiveSampler(0, 0, 0, TimeSpan.Zero), new HeadBasedSampler(0)])
        {
            SamplingResult result = sampler.ShouldSample(new SamplingParameters(caller, caller.TraceId, "x", ActivityKind.Server));
            Assert.Equal((SamplingDecision.RecordAndSample, "k=v"), (result.Decision, result.TraceStateString));
        }
    }

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(1.0, true)]
    public void Rates_AreCutToZeroAndOne(double rate, bool all)
    {
        Assert.Equal(rate, new AdaptiveSampler(all ? 5 : -5, 0, 0, TimeSpan.Zero).BaseRate);
        Assert.Equal(rate, new HeadBasedSampler(all ? 5 : -5).DefaultRate);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeadBasedSampler(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveSampler(double.NaN, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Tail_SlowAndFailedTracesAreKeptWhole_QuickOnesAreNot()
    {
        ConcurrentQueue<Activity> exported = Run(new AdaptiveSampler(0, 1, 1, TimeSpan.FromSeconds(1)), () =>
        {
            Trace("quick");
            Trace("slow", lasts: TimeSpan.FromSeconds(2));
            Trace("failed", fails: true);
            Trace("quick");
        });

        Assert.Equal(["failed", "failed inner", "slow", "slow inner"], exported.Select(a => a.DisplayName).Order(StringComparer.Ordinal));
        Assert.All(exported, span => Assert.True(span.Recorded));
    }

    [Theory]
    [InlineData(0.0, 0.0, 0)]
    [InlineData(1.0, 0.0, 2)]
    [InlineData(0.0, 1.0, 2)]
    public void Tail_RatesDecide(double error, double slow, int expected)
    {
        ConcurrentQueue<Activity> exported = Run(new AdaptiveSampler(0, error, slow, TimeSpan.FromSeconds(1)), () => Trace("both", lasts: TimeSpan.FromSeconds(2), fails: true));

        Assert.Equal(expected, exported.Count);
    }

    [Fact]
    public void Tail_UnsampledCaller_KeepsThisProcessesPart()
    {
        var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None, isRemote: true);
        ConcurrentQueue<Activity> exported = Run(new AdaptiveSampler(1, 1, 1, TimeSpan.FromSeconds(1)), () => Trace("called", lasts: TimeSpan.FromSeconds(2), caller: caller));

        Assert.Equal(2, exported.Count);
        Assert.All(exported, span => Assert.Equal(caller.TraceId, span.TraceId));
    }

    [Fact]
    public void Tail_MoreTracesThanTheLimit_ForgetsTheOldest()
    {
        using var source = new ActivitySource(_name);
        ConcurrentQueue<Activity> exported = Run(new AdaptiveSampler(0, 1, 0, TimeSpan.FromSeconds(1)), () =>
        {
            List<Activity> roots = [];
            for (int i = 0; i < TailKeepProcessor.MostTraces + 10; i++)
            {
                Activity.Current = null;
                Activity root = source.StartActivity("root " + i)!;
                source.StartActivity("inner")!.Dispose();
                roots.Add(root);
            }

            foreach (Activity root in roots)
            {
                root.SetStatus(ActivityStatusCode.Error);
                root.Dispose();
            }
        });

        // Every root says itself that it failed; the inner spans of those that were forgotten are gone, and nothing else.
        Assert.Equal(TailKeepProcessor.MostTraces + 10, exported.Count(a => a.DisplayName.StartsWith("root", StringComparison.Ordinal)));
        Assert.Equal(TailKeepProcessor.MostTraces, exported.Count(a => a.DisplayName == "inner"));
    }

    [Fact]
    public void Tail_ManyQuickTracesBesideASlowOne_DoNotTakeItsPlace()
    {
        using var source = new ActivitySource(_name);
        ConcurrentQueue<Activity> exported = Run(new AdaptiveSampler(0, 0, 1, TimeSpan.FromMinutes(1)), () =>
        {
            Activity.Current = null;
            Activity slow = source.StartActivity("slow")!;
            source.StartActivity("inner")!.Dispose();
            for (int i = 0; i < 3 * TailKeepProcessor.MostTraces; i++)
            {
                Trace("quick");
            }

            Activity.Current = slow;
            Activity late = source.StartActivity("late")!;
            slow.SetEndTime(slow.StartTimeUtc.AddMinutes(2));
            slow.Dispose();
            late.Dispose();
        });

        Assert.Equal(["inner", "late", "slow"], exported.Select(a => a.DisplayName).Order(StringComparer.Ordinal));
    }

    private ConcurrentQueue<Activity> Run(AdaptiveSampler sampler, Action act)
    {
        var exported = new ConcurrentQueue<Activity>();
        var queue = new SimpleActivityExportProcessor(new KeepingExporter(exported));
        using TracerProvider provider = Sdk.CreateTracerProviderBuilder().AddSource(_name).SetSampler(sampler)
            .AddProcessor(new TailKeepProcessor(sampler, queue, TimeProvider.System)).AddProcessor(queue).Build();
        act();
        Activity.Current = null;
        return exported;
    }

    private void Trace(string name, TimeSpan lasts = default, bool fails = false, ActivityContext caller = default)
    {
        using var source = new ActivitySource(_name);
        Activity.Current = null;
        using Activity? root = source.StartActivity(name, ActivityKind.Server, caller);
        using (Activity? inner = source.StartActivity(name + " inner"))
        {
            if (fails)
            {
                inner?.SetStatus(ActivityStatusCode.Error, "no");
            }
        }

        root?.SetEndTime(root.StartTimeUtc + lasts + TimeSpan.FromTicks(1));
    }

    private static SamplingDecision Decide(Sampler sampler, params (string Key, object? Value)[] tags) => sampler.ShouldSample(new SamplingParameters(
        default, ActivityTraceId.CreateRandom(), Yes, ActivityKind.Server, tags.Select(t => KeyValuePair.Create(t.Key, t.Value)))).Decision;

    private sealed class KeepingExporter(ConcurrentQueue<Activity> exported) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (Activity span in batch)
            {
                exported.Enqueue(span);
            }

            return ExportResult.Success;
        }
    }
}
