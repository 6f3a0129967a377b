using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Semantics;
using Rubato.Testing;

namespace Rubato.Fuzz;

/// <summary>
/// Queries that compile are run over odd spans, by the engine and by the plain evaluator: none may throw but for the bound on memory, the newest trace
/// of a short answer is that of a long one, and a metrics answer has a value or a gap for each interval.
/// </summary>
internal sealed class TraceQLRunTarget : IFuzzTarget
{
    private const int Traces = 12;

    private readonly TraceQLTarget _texts = new();
    private readonly SpanSnapshot _snapshot;
    private readonly List<PlainTrace> _traces;

    public TraceQLRunTarget()
    {
        var random = new Random(1);
        var parts = new List<Span>[3];
        for (var i = 0; i < parts.Length; i++) parts[i] = [.. new RandomSpans(random).Next(60).Select(s => InSmallTraces(s, random))];
        _snapshot = new SpanSnapshot([.. parts.Select(Segment)], [], 0, 0);
        _traces = [.. parts.SelectMany(p => p).GroupBy(s => s.TraceId).Select(g => PlainTrace.Of(g.Key, [.. g]))];
    }

    public IEnumerable<byte[]> Corpus(Random random) => _texts.Corpus(random);

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other) => _texts.Mutate(random, mutator, input, other);

    public void Run(byte[] input)
    {
        var text = TextMutator.Decode(input);
        if (TraceQLCompiler.TryCompile(text, QueryUse.Search, out var query, out _))
        {
            foreach (var trace in _traces)
            {
                foreach (var spanset in PlainEvaluator.Run(query.Pipeline, trace))
                {
                    if (spanset.Spans.Count == 0) throw new InvalidOperationException($"{text}: an empty spanset is left");
                }
            }

            var request = new SearchRequest { Query = query, Limit = 100, MaxMemoryBytes = 64 << 20 };
            var all = Search(request);
            var one = Search(request with { Limit = 1 });
            if (!all.Traces.Take(1).Select(t => t.TraceId).SequenceEqual(one.Traces.Select(t => t.TraceId)))
                throw new InvalidOperationException($"{text}: the newest of {all.Traces.Count} traces is not the answer with limit 1");
        }

        if (!TraceQLCompiler.TryCompile(text, QueryUse.Metrics, out query, out _)) return;
        foreach (var buckets in (TimeBuckets[])[TimeBuckets.Instant(0, long.MaxValue), TimeBuckets.Range(1, 2_000_000_000_000_000_000, 500_000_000_000_000_000)])
        {
            var metrics = new MetricsRequest { Query = query, Buckets = buckets, MaxExemplars = 3, MaxMemoryBytes = 64 << 20 };
            foreach (var series in Bounded(() => MetricsExecutor.RunAsync(_snapshot, metrics, CancellationToken.None).GetAwaiter().GetResult().Series) ?? [])
            {
                if (series.Values.Length != buckets.Count) throw new InvalidOperationException($"{text}: {series.Values.Length} values for {buckets.Count} intervals");
            }
        }
    }

    private SearchResult Search(SearchRequest request) =>
        Bounded(() => SearchExecutor.SearchAsync(_snapshot, request, CancellationToken.None).GetAwaiter().GetResult()) ?? new SearchResult([], default!, []);

    private static T? Bounded<T>(Func<T> run)
        where T : class
    {
        try
        {
            return run();
        }
        catch (QueryLimitException)
        {
            return null;
        }
    }

    private static ISpanSegment Segment(List<Span> spans)
    {
        var builder = new SpanBatchBuilder();
        OtlpReader.Read(OtlpWriter.Write(spans), builder);
        return new BatchSegment(builder.Snapshot());
    }

    /// <summary>The same span in one of few traces, below one of few parents, so that structure has something to find.</summary>
    private static Span InSmallTraces(Span span, Random random) => new()
    {
        TraceId = new TraceId(0, (ulong)random.Next(1, Traces)),
        SpanId = new SpanId((ulong)random.Next(1, 40)),
        ParentSpanId = new SpanId((ulong)random.Next(0, 40)),
        Name = span.Name,
        Kind = span.Kind,
        StatusCode = span.StatusCode,
        StatusMessage = span.StatusMessage,
        StartUnixNano = span.StartUnixNano,
        EndUnixNano = span.EndUnixNano,
        Attributes = span.Attributes,
        Events = span.Events,
        Links = span.Links,
        Resource = span.Resource,
        Scope = span.Scope,
    };
}
