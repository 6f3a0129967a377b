using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Semantics;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>spec/traceql.md section 19, through the whole search: in one segment, and with every span in a segment of its own.</summary>
public sealed class WorkedExamplesTests
{
    private const ulong Origin = 1_700_000_000_000_000_000;
    private static readonly Resource Web = new() { Attributes = [new("service.name", AttributeValue.Of("web"))] };
    private static readonly Resource Db = new() { Attributes = [new("service.name", AttributeValue.Of("db"))] };

    private static readonly Span[] Trace =
    [
        Make('a', null, Web, "GET /cart", SpanKind.Server, StatusCode.Ok, 0, 200, ("http.status_code", AttributeValue.Of(200L)), ("tier", AttributeValue.Of("gold"))),
        Make('b', 'a', Web, "load", SpanKind.Client, StatusCode.Unset, 10, 80, ("retries", AttributeValue.Of(2L)),
            ("tags", AttributeValue.Of([AttributeValue.Of("x"), AttributeValue.Of("y")]))),
        Make('c', 'b', Db, "SELECT", SpanKind.Server, StatusCode.Error, 20, 60, ("rows", AttributeValue.Of(10L)), ("ratio", AttributeValue.Of(0.5))),
        Make('d', 'a', Web, "render", SpanKind.Internal, StatusCode.Unset, 100, 40, ("retries", AttributeValue.Of(0L))),
        Make('e', '9', Web, "late", SpanKind.Internal, StatusCode.Unset, 150, 10, ("retries", AttributeValue.Of(5L))),
    ];

    [Theory]
    [InlineData("{ span.retries >= 0 }", "b d e")]
    [InlineData("{ span.retries >= 0.0 }", "")]
    [InlineData("{ span.retries != 2 }", "d e")]
    [InlineData("{ span.tier != \"gold\" }", "")]
    [InlineData("{ span.tags = \"y\" }", "b")]
    [InlineData("{ span.tags =~ \"x|z\" }", "b")]
    [InlineData("{ name =~ \"GET\" }", "")]
    [InlineData("{ name =~ \"GET.*\" }", "a")]
    [InlineData("{ .retries = nil }", "a c")]
    [InlineData("{ span.retries > span.rows }", "")]
    [InlineData("{ duration > 50ms && duration < 100ms }", "b c")]
    [InlineData("{ duration > 50000000 && resource.service.name = \"db\" }", "c")]
    [InlineData("{ status = error || kind = client && name = \"load\" }", "b")]
    [InlineData("{ name = \"GET /cart\" } > { }", "b d")]
    [InlineData("{ name = \"GET /cart\" } >> { status = error }", "c")]
    [InlineData("{ status = error } << { }", "a b")]
    [InlineData("{ name = \"load\" } ~ { }", "d")]
    [InlineData("{ name = \"load\" } !~ { resource.service.name = \"web\" }", "a b e")]
    [InlineData("{ name = \"GET /cart\" } &>> { status = error }", "a c")]
    [InlineData("{ name = \"GET /cart\" } >> { name = \"late\" }", "")]
    [InlineData("{ name = \"GET /cart\" } !>> { }", "a e")]
    [InlineData("{ kind = client } && { status = error }", "b c")]
    [InlineData("{ kind = client } && { status = error } > { }", "")]
    [InlineData("{ } | by(resource.service.name)", "a b d e by(resource.service.name)=web; c by(resource.service.name)=db")]
    [InlineData("{ } | by(resource.service.name) | count() > 1", "a b d e by(resource.service.name)=web count()=4")]
    [InlineData("{ span.retries != nil } | avg(span.retries) > 2", "b d e avg(span.retries)=2.3333333333333335")]
    [InlineData("{ } | max(duration) >= 200ms", "a b c d e max(duration)=200ms")]
    // The checklist of surprises (section 20) and what the examples leave out.
    [InlineData("{ nil = nil }", "")]
    [InlineData("{ !(span.tier = \"silver\") }", "a b c d e")]
    [InlineData("{ 2 <= span.retries }", "b e")]
    [InlineData("{ .service.name = \"db\" }", "c")]
    [InlineData("{ .name = \"load\" }", "")]
    [InlineData("{ span.retries = 2s }", "")]
    [InlineData("{ span.retries + 0 = 2.0 }", "b")]
    [InlineData("{ span.tags != \"x\" }", "")]
    [InlineData("{ trace:id = \"000000abc\" }", "a b c d e")]
    [InlineData("{ span:id = \"000000000000000a\" || span:parentID = \"000000000000000a\" }", "a b d")]
    [InlineData("{ rootName = \"GET /cart\" && status = error }", "c")]
    [InlineData("{ !(rootServiceName = \"web\") }", "")]
    [InlineData("{ traceDuration = 200ms && kind = client }", "b")]
    [InlineData("{ nestedSetParent = -1 }", "a")]
    [InlineData("{ span:childCount = 2 }", "a")]
    [InlineData("{ false }", "")]
    public async Task Query_on_the_worked_trace_gives_these_spans(string query, string expected)
    {
        Assert.Equal(expected, await RunAsync(SpanSegments.Snapshot(Trace), query));
        Assert.Equal(expected, await RunAsync(SpanSegments.Snapshot([.. Trace.Select(s => new[] { s })]), query));
    }

    [Fact]
    public async Task Select_shows_fields_without_scope_and_only_where_present()
    {
        var result = await SearchAsync(SpanSegments.Snapshot(Trace), "{ status = error } | select(span.rows, resource.service.name, span.nothere)");
        var trace = Assert.Single(result.Traces);
        var span = Assert.Single(Assert.Single(trace.Spansets).Spans);
        Assert.Null(span.Name);
        Assert.Equal(["status=error", "rows=10", "service.name=db"], span.Attributes.Select(a => $"{a.Key}={a.Value}"));
        Assert.Equal([new ServiceStats("db", 1, 1), new ServiceStats("web", 4, 0)], trace.ServiceStats);
        Assert.Equal(("web", "GET /cart", Origin, 200_000_000UL), (trace.RootServiceName, trace.RootTraceName, trace.StartUnixNano, trace.DurationNano));
    }

    private static Task<SearchResult> SearchAsync(SpanSnapshot snapshot, string query) => SearchExecutor.SearchAsync(
        snapshot, new SearchRequest { Query = TraceQLCompiler.Compile(query), SpansPerSpanset = 100 }, TestContext.Current.CancellationToken);

    private static async Task<string> RunAsync(SpanSnapshot snapshot, string query)
    {
        var result = await SearchAsync(snapshot, query);
        return string.Join("; ", result.Traces.SelectMany(t => t.Spansets).Select(s =>
            string.Join(' ', s.Spans.Select(span => span.SpanId.Value.ToString("x")).Concat(s.Attributes.Select(a => $"{a.Key}={a.Value}")))));
    }

    private static Span Make(
        char id, char? parent, Resource resource, string name, SpanKind kind, StatusCode status, ulong atMs, ulong durationMs,
        params (string Key, AttributeValue Value)[] attributes) => new()
        {
            TraceId = new TraceId(0, 0xabc),
            SpanId = new SpanId(Convert.ToUInt64(id.ToString(), 16)),
            ParentSpanId = new SpanId(parent is { } p ? Convert.ToUInt64(p.ToString(), 16) : 0),
            Name = name,
            Kind = kind,
            StatusCode = status,
            StartUnixNano = Origin + (atMs * 1_000_000),
            EndUnixNano = Origin + ((atMs + durationMs) * 1_000_000),
            Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, a.Value))],
            Resource = resource,
            Scope = InstrumentationScope.Empty,
        };
}
