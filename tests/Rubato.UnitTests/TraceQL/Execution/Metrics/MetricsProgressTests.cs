using CsCheck;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Semantics;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution.Metrics;

/// <summary>What a running metrics query tells before its end.</summary>
public sealed class MetricsProgressTests
{
    private int _certain;

    [Fact]
    public void What_was_told_as_certain_stands_in_the_answer_and_each_interval_is_told_once()
    {
        Gen.Select(RandomTraces.Spans, RandomMetrics.Query, RandomMetrics.Buckets, Gen.Int[1, 6], Gen.Int[0, 1000]).Sample(
            (spans, text, buckets, parts, seed) =>
            {
                if (!TraceQLCompiler.TryCompile(text, QueryUse.Metrics, out var query, out _)) return;
                var random = new Random(seed);
                // Parts in order of time, as flushes make them, now and then with a span of another.
                var split = spans.OrderBy(s => s.StartUnixNano).Select((s, i) => (Span: s, Part: random.Next(6) == 0 ? random.Next(parts) : i * parts / spans.Length))
                    .GroupBy(p => p.Part, p => p.Span).Select(g => (IEnumerable<Span>)[.. g]).ToArray();
                var told = new Told();
                var request = new MetricsRequest { Query = query, Buckets = buckets, MaxExemplars = 2, Parallelism = 1, Progress = told };
                var answer = MetricsExecutor.RunAsync(SpanSegments.Snapshot(split), request, CancellationToken.None).GetAwaiter().GetResult();
                var before = buckets.Count;
                foreach (var certain in told.Intervals)
                {
                    Assert.True(certain.First < certain.End && certain.End <= before, text);
                    before = certain.First;
                    AssertStands(certain, answer, text);
                }
            },
            iter: 10_000);
        Assert.InRange(_certain, 1000, int.MaxValue);
    }

    private void AssertStands(CertainIntervals certain, MetricsResult answer, string query)
    {
        var final = answer.Series.ToDictionary(Labels, s => s.Values);
        var known = certain.Series.ToDictionary(Labels, s => s.Values);
        for (var i = certain.First; i < certain.End; i++)
        {
            foreach (var (labels, values) in known)
            {
                var now = final.TryGetValue(labels, out var same) ? same[i] : double.NaN;
                if (!values[i].Equals(now)) Assert.Fail($"{query}: interval {i} of {{{labels}}} was told to be {values[i]}, but the answer has {now}");
                if (!double.IsNaN(now)) Interlocked.Increment(ref _certain);
            }

            // A series that was found later has no span in this interval.
            foreach (var (labels, values) in final)
                Assert.True(known.ContainsKey(labels) || double.IsNaN(values[i]) || values[i] == 0, $"{query}: interval {i} lacked {{{labels}}}");
        }
    }

    private static string Labels(MetricsSeries series) => string.Join(", ", series.Labels.Select(l => $"{l.Key}={l.Value.Kind}:{l.Value}"));

    private sealed class Told : IMetricsProgress
    {
        public List<CertainIntervals> Intervals { get; } = [];

        public bool IsDue => true;

        public ValueTask ReportAsync(CertainIntervals? certain, SearchMetrics metrics, int segmentCount)
        {
            Assert.InRange(metrics.ScannedSegments, 0, segmentCount);
            if (certain is not null) Intervals.Add(certain);
            return ValueTask.CompletedTask;
        }
    }
}
