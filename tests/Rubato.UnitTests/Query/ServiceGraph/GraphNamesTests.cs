using Rubato.Ingest.Generator;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Query.ServiceGraph;
using Rubato.UnitTests.TraceQL.Execution;
using Xunit;

namespace Rubato.UnitTests.Query.ServiceGraph;

/// <summary>Names in the graph of stored spans are those that the processor gives the same spans, whatever type the attribute has.</summary>
public sealed class GraphNamesTests
{
    private static readonly (string Key, AttributeValue Value)[][] Spans =
    [
        [("db.name", AttributeValue.Of("orders"))],
        [("db.system", AttributeValue.Of("postgresql")), ("db.namespace", AttributeValue.Of("shop"))],
        [("db.system", AttributeValue.Of("redis")), ("network.peer.address", AttributeValue.Of("10.0.0.1")), ("network.peer.port", AttributeValue.Of(6379))],
        [("db.system", AttributeValue.Of("redis")), ("network.peer.address", AttributeValue.Of("10.0.0.1"))],
        [("db.system", AttributeValue.Of("redis")), ("server.address", AttributeValue.Of("cache")), ("network.peer.address", AttributeValue.Of("10.0.0.1"))],
        [("db.system", AttributeValue.Of("mysql")), ("peer.service", AttributeValue.Of("billing")), ("server.address", AttributeValue.Of("db"))],
        [("peer.service", AttributeValue.Of("no database"))],
        [("db.name", AttributeValue.Of(1e20))],
        [("db.name", AttributeValue.Of(true))],
        [("db.name", AttributeValue.Of([AttributeValue.Of("a"), AttributeValue.Of(0.00001)]))],
    ];

    private static readonly string[] Expected =
        ["orders", "shop", "10.0.0.1:6379", "10.0.0.1", "cache", "billing", "", "100000000000000000000", "true", "[a0.00001]"];

    [Fact]
    public async Task Stored_spans()
    {
        var texts = new GraphTexts();
        var names = await GraphDatabases.ReadAsync(texts, Segment(), ScanContext.None);
        Assert.Equal(Expected, names!.Take(Spans.Length).Select(n => texts[n]));
    }

    [Fact]
    public void Spans_as_they_come()
    {
        var batch = Segment().Batch;
        var pool = new TextPool();
        using var texts = new SliceTexts(new SpanSlice(batch, 0, Spans.Length, new int[Spans.Length]), pool);
        var sides = new GraphSides(texts, new int[Spans.Length], null, null, new ServiceGraphsOptions());
        Assert.Equal(Expected, Enumerable.Range(0, Spans.Length).Select(sides.DatabaseOf));
    }

    private static BatchSegment Segment() => SpanSegments.Of(Spans.Select((attributes, i) => new Span
    {
        TraceId = new TraceId(1, 2),
        SpanId = new SpanId((ulong)i + 1),
        Kind = SpanKind.Client,
        StartUnixNano = 1,
        EndUnixNano = 2,
        Scope = new InstrumentationScope(),
        Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of("s"))] },
        Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, a.Value))],
    }));
}
