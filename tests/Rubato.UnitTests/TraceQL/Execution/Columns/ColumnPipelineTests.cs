using CsCheck;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Columns;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Semantics;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution.Columns;

/// <summary>Pipelines over columns against the plain evaluator: the same traces, and of each the same spans.</summary>
public sealed class ColumnPipelineTests
{
    [Fact]
    public void Columns_decide_as_plain_objects_do() =>
        Gen.Select(RandomTraces.Spans, RandomTraces.Pipeline, Gen.Int[0, 1000]).Sample(
            (spans, text, seed) =>
            {
                if (spans.Length == 0 || !TraceQLCompiler.TryCompile(text, QueryUse.Search, out var query, out _)) return;
                var random = new Random(seed);
                var batch = SpanSegments.Of(spans.Concat(spans.Where(_ => random.Next(8) == 0)), seed % 2 == 0 ? SpanSegments.NothingInterned : null);
                using var block = seed % 3 == 0 ? TestBlock.Write([batch.Batch]) : null;
                ISpanSegment segment = block is null ? batch : block.SegmentsAsync().GetAwaiter().GetResult()[0];
                var known = Decided(segment, ColumnPipeline.Of(query.Pipeline), out var unknown);
                foreach (var trace in spans.GroupBy(s => s.TraceId).Select(g => PlainTrace.Of(g.Key, [.. g])))
                {
                    var expected = PlainEvaluator.Run(query.Pipeline, trace).SelectMany(s => s.Spans).Select(i => trace.Spans[i].SpanId).Order().ToList();
                    if (unknown.Contains(trace.TraceId)) continue;
                    var found = known.GetValueOrDefault(trace.TraceId) ?? [];
                    Assert.True(expected.SequenceEqual(found), $"{text} on trace {trace.TraceId}: plain leaves {string.Join(' ', expected)}, columns {string.Join(' ', found)}");
                }

                // A block holds whole traces with all their numbers: nothing but a child count is left to objects.
                if (block is not null && !text.Contains("childCount", StringComparison.Ordinal) && !text.Contains("traceDuration", StringComparison.Ordinal)
                    && !text.Contains("root", StringComparison.Ordinal) && !text.Contains("nested", StringComparison.Ordinal)) Assert.Empty(unknown);
            },
            iter: 2500);

    private static Dictionary<TraceId, List<SpanId>> Decided(ISpanSegment segment, ColumnPipeline pipeline, out HashSet<TraceId> unknown)
    {
        var scan = new SegmentScan(segment, ScanContext.None, new TraceSpread([segment], ScanContext.None));
        var outcome = pipeline.EvaluateAsync(scan, new TraceSpread([segment], ScanContext.None)).AsTask().GetAwaiter().GetResult();
        var ids = (TraceIdVector)segment.ReadAsync(SpanColumn.TraceId, ScanContext.None).AsTask().GetAwaiter().GetResult()!;
        var spans = (Int64Vector)segment.ReadAsync(SpanColumn.SpanId, ScanContext.None).AsTask().GetAwaiter().GetResult()!;
        unknown = [.. Enumerable.Range(0, outcome.Rows.Count).Where(t => outcome.Unknown[t]).Select(t => ids[outcome.Rows.RowAt(outcome.Rows.First[t])])];
        if (outcome.Spans is not { } left) return [];
        return Enumerable.Range(0, segment.SpanCount).Where(r => left[r])
            .GroupBy(r => ids[r], r => new SpanId((ulong)spans.Values[r]))
            .ToDictionary(g => g.Key, g => g.Order().ToList());
    }
}
