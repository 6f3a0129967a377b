using System.Globalization;
using CsCheck;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution.Metrics;

/// <summary>Metrics over columns against the plain evaluator, on random spans and random queries.</summary>
public sealed class MetricsAgreementTests
{
    private int _ran;

    [Fact]
    public void Columns_give_what_plain_objects_do_however_spans_are_spread()
    {
        Gen.Select(RandomTraces.Spans, RandomMetrics.Query, RandomMetrics.Buckets, Gen.Int[1, 4], Gen.Int[0, 1000]).Sample(
            (spans, text, buckets, parts, seed) =>
            {
                if (!TraceQLCompiler.TryCompile(text, QueryUse.Metrics, out var query, out _)) return;
                var random = new Random(seed);
                // Some spans come twice, in one part or in two: a sender's retry.
                var sent = spans.Concat(spans.Where(_ => random.Next(8) == 0)).ToList();
                var split = sent.GroupBy(_ => random.Next(parts)).Select(g => (IEnumerable<Span>)[.. g]).ToArray();
                var limits = (seed % 3) switch { 0 => SpanSegments.NothingInterned, 1 => new BatchLimits { MaxAttributeColumns = 2 }, _ => null };
                var result = Run(SpanSegments.Snapshot(limits, split), query, buckets, exemplars: seed % 4);
                AssertSame(PlainMetrics.Run(query, buckets, Traces(spans)), result.Series, text);
                AssertExemplars(result, spans, seed % 4);
                Interlocked.Increment(ref _ran);
            },
            iter: 5200);
        // Few random queries are refused: those of which a function's fields do not fit.
        Assert.InRange(_ran, 4000, int.MaxValue);
    }

    [Fact]
    public void Blocks_recent_data_and_both_together_give_what_plain_objects_do()
    {
        Gen.Select(RandomTraces.Spans, RandomMetrics.Query, RandomMetrics.Buckets, Gen.Int[1, 4], Gen.Int[0, 1000], Gen.Int[0, 15]).Sample(
            (spans, text, buckets, parts, seed, stored) =>
            {
                if (spans.Length == 0 || !TraceQLCompiler.TryCompile(text, QueryUse.Metrics, out var query, out _)) return;
                var random = new Random(seed);
                var segments = new List<ISpanSegment>();
                var blocks = new List<TestBlock>();
                try
                {
                    foreach (var part in spans.Concat(spans.Where(_ => random.Next(8) == 0)).GroupBy(_ => random.Next(parts)))
                    {
                        var batch = SpanSegments.Of(part, random.Next(2) == 0 ? SpanSegments.NothingInterned : null);
                        if ((stored & (1 << part.Key)) == 0)
                        {
                            segments.Add(batch);
                            continue;
                        }

                        blocks.Add(TestBlock.Write([batch.Batch], new Rubato.Storage.Blocks.BlockWriterOptions { RowGroupSpans = 4 }));
                        segments.AddRange(blocks[^1].SegmentsAsync().GetAwaiter().GetResult());
                    }

                    var result = Run(new SpanSnapshot(segments, [], blocks.Count, 0), query, buckets, exemplars: 2);
                    AssertSame(PlainMetrics.Run(query, buckets, Traces(spans)), result.Series, text);
                    AssertExemplars(result, spans, 2);
                    Interlocked.Increment(ref _ran);
                }
                finally
                {
                    blocks.ForEach(b => b.Dispose());
                }
            },
            iter: 1100);
        Assert.InRange(_ran, 850, int.MaxValue);
    }

    private static MetricsResult Run(SpanSnapshot snapshot, TraceQLQuery query, TimeBuckets buckets, int exemplars) =>
        MetricsExecutor.RunAsync(snapshot, new MetricsRequest { Query = query, Buckets = buckets, MaxExemplars = exemplars, Parallelism = 2 }, CancellationToken.None)
            .GetAwaiter().GetResult();

    private static IEnumerable<PlainTrace> Traces(Span[] spans) => spans.GroupBy(s => s.TraceId).Select(g => PlainTrace.Of(g.Key, [.. g]));

    private static void AssertSame(IReadOnlyList<MetricsSeries> expected, IReadOnlyList<MetricsSeries> actual, string query)
    {
        if (!expected.Select(Labels).SequenceEqual(actual.Select(Labels)))
            Assert.Fail($"{query}: expected the series\n{string.Join('\n', expected.Select(Text))}\nbut columns give\n{string.Join('\n', actual.Select(Text))}");
        for (var i = 0; i < expected.Count; i++)
        {
            for (var j = 0; j < expected[i].Values.Length; j++)
            {
                var (want, got) = (expected[i].Values[j], actual[i].Values[j]);
                // The order of additions may differ.
                if (want.Equals(got) || Math.Abs(want - got) <= 1e-9 * Math.Max(1e-9, Math.Abs(want))) continue;
                Assert.Fail($"{query}: expected {Text(expected[i])} but columns give {Text(actual[i])}");
            }
        }
    }

    // Any span will do that is there, at most one of a trace.
    private static void AssertExemplars(MetricsResult result, Span[] spans, int max)
    {
        var exemplars = result.Series.SelectMany(s => s.Exemplars).ToList();
        var ids = exemplars.Select(e => e.Labels.Single(l => l.Key == "trace:id").Value.AsString).ToList();
        Assert.True(exemplars.Count <= max);
        Assert.Equal(ids.Distinct(), ids);
        Assert.Subset(spans.Select(s => s.TraceId.ToShortString()).ToHashSet(), ids.ToHashSet());
        Assert.All(exemplars, e => Assert.False(double.IsNaN(e.Value)));
    }

    private static string Labels(MetricsSeries series) => string.Join(", ", series.Labels.Select(l => $"{l.Key}={l.Value.Kind}:{l.Value}"));

    private static string Text(MetricsSeries series) =>
        $"{{{Labels(series)}}} {string.Join(' ', series.Values.Select(v => v.ToString(CultureInfo.InvariantCulture)))}";
}
