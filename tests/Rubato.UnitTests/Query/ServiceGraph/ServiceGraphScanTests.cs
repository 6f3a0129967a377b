using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Query.ServiceGraph;
using Rubato.TraceQL.Execution;
using Rubato.UnitTests.TraceQL.Execution;
using Xunit;

namespace Rubato.UnitTests.Query.ServiceGraph;

/// <summary>The scan over columns against a plain computation over objects, wherever the spans of a trace lie.</summary>
public sealed class ServiceGraphScanTests
{
    private const ulong Start = 1_700_000_000_000_000_000;
    private static readonly TimeRange All = new(0, ulong.MaxValue >> 1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 5)]
    public async Task Equals_the_plain_graph_over_any_segments(int seed, int segments)
    {
        var random = new Random(seed);
        var spans = Enumerable.Range(0, 60).SelectMany(_ => Trace(random, random.Next(1, 40))).ToList();
        var parts = Enumerable.Range(0, segments).Select(_ => new List<Span>()).ToArray();
        foreach (var span in spans)
        {
            parts[random.Next(segments)].Add(span);
            // A sender's retry: into the same segment or another one.
            if (random.Next(10) == 0) parts[random.Next(segments)].Add(span);
        }

        var snapshot = SpanSegments.Snapshot([.. parts.Select(p => (IEnumerable<Span>)p)]);
        using var cache = new GraphCache();
        var expected = Plain(spans);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await ScanAsync(snapshot, All, cache));
        // Again, out of what is kept.
        Assert.Equal(expected, await ScanAsync(snapshot, All, cache));
        var half = new TimeRange(0, Start + 500_000);
        Assert.Equal(Plain(spans, half), await ScanAsync(snapshot, half, cache));
    }

    [Fact]
    public async Task A_trace_too_long_to_look_through_is_paired_too()
    {
        var spans = Trace(new Random(4), 5000);
        using var cache = new GraphCache();
        Assert.Equal(Plain(spans), await ScanAsync(SpanSegments.Snapshot(spans), All, cache));
    }

    [Fact]
    public async Task Of_several_called_by_one_span_the_earliest_meets_it_in_whatever_order_they_came()
    {
        var random = new Random(7);
        var spans = Enumerable.Range(0, 60).SelectMany(_ => Trace(random, random.Next(1, 40), childrenOfCaller: 3)).ToList();
        using var cache = new GraphCache();
        var expected = Plain([.. spans.OrderBy(s => s.StartUnixNano)]);
        Assert.NotEqual(expected, Plain([.. spans.OrderByDescending(s => s.StartUnixNano)]));
        Assert.Equal(expected, await ScanAsync(SpanSegments.Snapshot(spans), All, cache));
    }

    [Fact]
    public async Task What_is_kept_of_a_segment_does_not_outlive_a_trace_that_goes_on()
    {
        var trace = new TraceId(1, 2);
        List<Span> first = [Call(trace, 1, 0, SpanKind.Client, "a")];
        List<Span> second = [Call(trace, 2, 1, SpanKind.Server, "b")];
        var segment = SpanSegments.Of(first);
        using var cache = new GraphCache();
        Assert.Empty(await ScanAsync(new SpanSnapshot([segment], [], 0, 0), All, cache));
        var both = await ScanAsync(new SpanSnapshot([segment, SpanSegments.Of(second)], [], 0, 0), All, cache);
        Assert.Equal("a -> b Direct 1 0", Assert.Single(both));
    }

    private static async Task<List<string>> ScanAsync(SpanSnapshot snapshot, TimeRange range, GraphCache cache)
    {
        var scan = new ServiceGraphScan(range, cache);
        var edges = await scan.RunAsync(new SnapshotScan(snapshot, range, 2, new ScanContext(TestContext.Current.CancellationToken)));
        return [.. edges.Select(e => $"{scan.Name(e.Key.Client)} -> {scan.Name(e.Key.Server)} {e.Key.Type} {e.Value.Calls} {e.Value.Failed}").Order(StringComparer.Ordinal)];
    }

    private static List<string> Plain(IReadOnlyList<Span> spans, TimeRange? within = null)
    {
        var range = within ?? All;
        var clients = spans.Where(s => s.Kind is SpanKind.Client or SpanKind.Producer && Text(s, "db.system") is null).ToDictionary(s => (s.TraceId, s.SpanId));
        var calls = new List<(string Edge, bool Failed)>();
        foreach (var span in spans)
        {
            var failed = span.StatusCode == StatusCode.Error;
            if (span.Kind is SpanKind.Client or SpanKind.Producer && Text(span, "db.system") is { } database) Count($"{Service(span)} -> {database} Database", span, failed);
            if (span.Kind is not (SpanKind.Server or SpanKind.Consumer)) continue;
            if (clients.Remove((span.TraceId, span.ParentSpanId), out var client))
                Count($"{Service(client)} -> {Service(span)} {(span.Kind == SpanKind.Consumer ? "MessagingSystem" : "Direct")}", span, failed || client.StatusCode == StatusCode.Error);
            else if (span.ParentSpanId.Value == 0)
                Count($"{Text(span, "peer.service") ?? Text(span, "db.system") ?? "user"} -> {Service(span)} VirtualClient", span, failed);
        }

        foreach (var client in clients.Values)
        {
            if (Text(client, "peer.service") is { } peer) Count($"{Service(client)} -> {peer} VirtualServer", client, client.StatusCode == StatusCode.Error);
        }

        return [.. calls.GroupBy(c => c.Edge).Select(g => $"{g.Key} {g.Count()} {g.Count(c => c.Failed)}").Order(StringComparer.Ordinal)];

        void Count(string edge, Span span, bool failed)
        {
            if (span.StartUnixNano >= range.StartUnixNano && span.StartUnixNano <= range.EndUnixNano) calls.Add((edge, failed));
        }
    }

    /// <param name="childrenOfCaller">About how many a caller has; with 1 never more than one. Which of several is its pair depends on the segments they lie in.</param>
    private static List<Span> Trace(Random random, int count, int childrenOfCaller = 1)
    {
        var trace = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64());
        var spans = new List<Span>();
        var free = new List<Span>();
        for (var i = 0; i < count; i++)
        {
            var parent = free.Count > 0 && random.Next(20) > 0 ? free[random.Next(free.Count)] : null;
            if (parent?.Kind is SpanKind.Client or SpanKind.Producer && (childrenOfCaller == 1 || random.Next(childrenOfCaller) == 0)) free.Remove(parent);
            // Sometimes a parent that never came.
            var parentId = parent?.SpanId.Value ?? (ulong)(random.Next(4) == 0 ? 77 : 0);
            var span = Call(
                trace, (ulong)random.NextInt64(1, long.MaxValue), parentId, (SpanKind)random.Next(1, 6), "s" + random.Next(4), Start + (ulong)random.Next(1_000_000),
                random.Next(5) == 0, random.Next(6) == 0 ? "peer.service" : random.Next(6) == 0 ? "db.system" : null);
            spans.Add(span);
            free.Add(span);
        }

        return spans;
    }

    private static Span Call(TraceId trace, ulong id, ulong parent, SpanKind kind, string service, ulong start = Start, bool failed = false, string? key = null) => new()
    {
        TraceId = trace,
        SpanId = new SpanId(id),
        ParentSpanId = new SpanId(parent),
        Kind = kind,
        StatusCode = failed ? StatusCode.Error : StatusCode.Unset,
        StartUnixNano = start,
        EndUnixNano = start + 1000,
        Scope = new InstrumentationScope(),
        Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of(service))] },
        Attributes = key is null ? [] : [new(key, AttributeValue.Of(key + "-value"))],
    };

    private static string Service(Span span) => span.Resource.Attributes[0].Value.AsString;

    private static string? Text(Span span, string key) => span.Attributes.Where(a => a.Key == key).Select(a => a.Value.AsString).FirstOrDefault();
}
