using CsCheck;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.Compaction;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>The vectorised filter and the search against the plain evaluator, on random spans and random queries.</summary>
public sealed class EngineAgreementTests
{
    private int _ran;

    [Fact]
    public void Vectorised_filter_selects_what_the_plain_evaluator_does() =>
        Gen.Select(RandomTraces.Spans, RandomTraces.Expression, Gen.Int[0, 2]).Sample(
            (spans, text, kind) =>
            {
                if (!TraceQLCompiler.TryCompile($"{{ {text} }}", QueryUse.Search, out var query, out _)) return;
                var condition = ((SpansetFilter)query.Pipeline.Stages[0]).Condition;
                // Two columns for each owner: the other keys are in the overflow.
                var segment = SpanSegments.Of(spans, kind switch { 0 => null, 1 => new BatchLimits { MaxAttributeColumns = 2 }, _ => SpanSegments.NothingInterned });
                var scan = new SegmentScan(segment, ScanContext.None, new TraceSpread([segment], ScanContext.None));
                var selected = FilterPlan.Compile(condition).EvaluateAsync(scan).AsTask().GetAwaiter().GetResult();
                var expected = PlainMatches(spans, condition);
                for (var row = 0; row < spans.Length; row++)
                {
                    var match = expected.Contains((spans[row].TraceId, spans[row].SpanId));
                    if (match != selected[row] && (match || !scan.IsSuperset))
                        Assert.Fail($"{{ {text} }} on row {row}: plain says {match}, columns say {selected[row]} (superset: {scan.IsSuperset})");
                }
            },
            iter: 4000);

    [Fact]
    public void Search_gives_the_newest_matching_traces_however_spans_are_spread()
    {
        Gen.Select(RandomTraces.Spans, RandomTraces.Pipeline, Gen.Int[1, 4], Gen.Int[1, 8], Gen.Int[0, 1000], Gen.ULong[0, 25], Gen.ULong[0, 10]).Sample(
            (spans, text, parts, limit, seed, from, width) =>
            {
                if (!TraceQLCompiler.TryCompile(text, QueryUse.Search, out var query, out _)) return;
                var range = new TimeRange(1_700_000_000_000_000_000 + from, 1_700_000_000_000_000_000 + from + width);
                if (seed % 2 == 0) range = TimeRange.All;
                var random = new Random(seed);
                var split = Sent(spans, random).GroupBy(_ => random.Next(parts)).Select(g => (IEnumerable<Span>)[.. g]).ToArray();
                var request = new SearchRequest { Query = query, Limit = limit, Range = range, SpansPerSpanset = 100 };
                var result = SearchExecutor.SearchAsync(SpanSegments.Snapshot(seed % 3 == 0 ? SpanSegments.NothingInterned : null, split), request, CancellationToken.None).GetAwaiter().GetResult();
                Assert.Equal(Newest(spans, query, limit, range), result.Traces.Select(Text));
                Interlocked.Increment(ref _ran);
            },
            iter: 3000);
        // Few are refused: those whose aggregates compute with no number.
        Assert.InRange(_ran, 2000, int.MaxValue);
    }

    [Fact]
    public void Blocks_recent_data_and_both_together_give_the_same_answer()
    {
        Gen.Select(RandomTraces.Spans, RandomTraces.Pipeline, Gen.Int[1, 4], Gen.Int[1, 8], Gen.Int[0, 1000], Gen.Int[0, 15]).Sample(
            (spans, text, parts, limit, seed, stored) =>
            {
                if (spans.Length == 0 || !TraceQLCompiler.TryCompile(text, QueryUse.Search, out var query, out _)) return;
                var random = new Random(seed);
                var segments = new List<ISpanSegment>();
                var blocks = new List<TestBlock>();
                try
                {
                    foreach (var part in Sent(spans, random).GroupBy(_ => random.Next(parts)))
                    {
                        var batch = SpanSegments.Of(part, random.Next(2) == 0 ? SpanSegments.NothingInterned : null);
                        if ((stored & (1 << part.Key)) == 0)
                        {
                            segments.Add(batch);
                            continue;
                        }

                        // Few spans a row group, so that even these small blocks have several.
                        blocks.Add(TestBlock.Write([batch.Batch], new Rubato.Storage.Blocks.BlockWriterOptions { RowGroupSpans = 4 }));
                        segments.AddRange(blocks[^1].SegmentsAsync().GetAwaiter().GetResult());
                    }

                    var request = new SearchRequest { Query = query, Limit = limit, SpansPerSpanset = 100 };
                    var result = SearchExecutor.SearchAsync(new SpanSnapshot(segments, [], blocks.Count, 0), request, CancellationToken.None).GetAwaiter().GetResult();
                    Assert.Equal(Newest(spans, query, limit, TimeRange.All), result.Traces.Select(Text));
                    Interlocked.Increment(ref _ran);
                }
                finally
                {
                    blocks.ForEach(b => b.Dispose());
                }
            },
            iter: 1500);
        Assert.InRange(_ran, 1000, int.MaxValue);
    }

    // Some spans come twice, in one part or in two: a sender's retry.
    private static List<Span> Sent(Span[] spans, Random random) => [.. spans, .. spans.Where(_ => random.Next(8) == 0)];

    [Fact]
    public void Merged_blocks_beside_others_give_the_same_answer() =>
        Gen.Select(RandomTraces.Spans, RandomTraces.Query, Gen.Int[2, 5], Gen.Int[1, 8], Gen.Int[0, 100_000]).Sample(
            (spans, text, parts, limit, seed) =>
            {
                if (spans.Length == 0 || !TraceQLCompiler.TryCompile(text, QueryUse.Search, out var query, out _)) return;
                var random = new Random(seed);
                // Another number of columns in each: keys are columns here and overflow there.
                var blocks = spans.GroupBy(_ => random.Next(parts))
                    .Select(part => TestBlock.Write([SpanSegments.Of(part, null).Batch], new Rubato.Storage.Blocks.BlockWriterOptions { RowGroupSpans = 4, MaxAttributeColumns = random.Next(1, 20) }))
                    .ToList();
                try
                {
                    var inputs = blocks.Take(random.Next(1, blocks.Count + 1)).ToList();
                    var merged = MergedBlock.OfAsync(inputs, new Rubato.Storage.Blocks.BlockWriterOptions { RowGroupSpans = 5, MaxAttributeColumns = random.Next(1, 20) }).GetAwaiter().GetResult();
                    var shown = blocks.Except(inputs).Append(merged).ToList();
                    blocks.Add(merged);
                    var segments = shown.SelectMany(b => b.SegmentsAsync().GetAwaiter().GetResult()).ToList();
                    var request = new SearchRequest { Query = query, Limit = limit, SpansPerSpanset = 100 };
                    var result = SearchExecutor.SearchAsync(new SpanSnapshot(segments, [], shown.Count, 0), request, CancellationToken.None).GetAwaiter().GetResult();
                    Assert.Equal(Newest(spans, query, limit, TimeRange.All), result.Traces.Select(Text));
                }
                finally
                {
                    blocks.ForEach(b => b.Dispose());
                }
            },
            iter: 700);

    private static HashSet<(TraceId, SpanId)> PlainMatches(Span[] spans, FieldExpression condition)
    {
        var matches = new HashSet<(TraceId, SpanId)>();
        foreach (var group in spans.GroupBy(s => s.TraceId))
        {
            var trace = PlainTrace.Of(group.Key, [.. group]);
            foreach (var i in PlainEvaluator.Filter(condition, trace)) matches.Add((trace.TraceId, trace.Spans[i].SpanId));
        }

        return matches;
    }

    private static IEnumerable<string> Newest(Span[] spans, TraceQLQuery query, int limit, TimeRange range)
    {
        var matcher = new Rubato.TraceQL.Execution.Search.QueryMatcher(query.Pipeline, 100);
        return spans.GroupBy(s => s.TraceId)
            .Select(g => PlainTrace.Of(g.Key, [.. g]))
            .Where(t => t.StartUnixNano <= range.EndUnixNano && t.EndUnixNano >= range.StartUnixNano)
            .Select(matcher.Match)
            .OfType<TraceSearchResult>()
            .OrderByDescending(t => t.StartUnixNano)
            .ThenBy(t => t.TraceId)
            .Take(limit)
            .Select(Text)
            .ToList();
    }

    private static string Text(TraceSearchResult trace) =>
        $"{trace.TraceId} {trace.RootServiceName} {trace.RootTraceName} {trace.StartUnixNano} {trace.DurationNano} "
        + string.Join(',', trace.ServiceStats) + " "
        + string.Join(';', trace.Spansets.Select(s => $"{s.Matched}: " + string.Join(' ', s.Spans.Select(p =>
            $"{p.SpanId}/{p.Name}/{p.DurationNano}[{string.Join(',', p.Attributes.Select(a => a.Key + "=" + a.Value))}]"))
            + " " + string.Join(',', s.Attributes.Select(a => a.Key + "=" + a.Value))));
}
