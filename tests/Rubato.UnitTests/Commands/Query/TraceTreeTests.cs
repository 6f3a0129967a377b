using System.Text.Json;
using Rubato.Commands.Query;
using Xunit;

namespace Rubato.UnitTests.Commands.Query;

public sealed class TraceTreeTests
{
    [Fact]
    public void Read_V1_OrdersChildrenUnderTheirParentsByStart() => Assert.Equal(
        ["0 root", "1 early", "2 leaf", "1 late", "0 orphan"],
        Lines("""{"batches":[{"resource":{},"scopeSpans":[{"spans":[""" + string.Join(',',
            Span(3, 1, "late", 30), Span(4, 2, "leaf", 25), Span(2, 1, "early", 20), Span(5, 99, "orphan", 50), Span(1, 0, "root", 10)) + "]}]}]}"));

    [Fact]
    public void Read_V2AndHexIds_AreUnderstoodToo() => Assert.Equal(
        ["0 a", "1 b"],
        Lines("""{"trace":{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"0000000000000001","name":"a"},{"spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"b"}]}]}]}}"""));

    [Fact]
    public void Read_ParentsInACircle_ShowsEverySpanOnce() => Assert.Equal(
        ["0 a", "0 self", "1 b"],
        Lines("""{"batches":[{"scopeSpans":[{"spans":[""" + string.Join(',', Span(1, 2, "a", 1), Span(2, 1, "b", 2), Span(3, 3, "self", 3)) + "]}]}]}").Order());

    [Fact]
    public void Read_AChainOf100000Spans_DoesNotOverflow() => Assert.Equal(
        99_999,
        TraceTree.Read(JsonDocument.Parse(
            """{"batches":[{"scopeSpans":[{"spans":[""" + string.Join(',', Enumerable.Range(1, 100_000).Select(i => Span(i, i - 1, "s", i))) + "]}]}]}").RootElement)[^1].Depth);

    [Fact]
    public void Read_ServiceStatusAndTimes_AreTaken()
    {
        TraceTreeSpan span = Assert.Single(TraceTree.Read(JsonDocument.Parse("""
            {"batches":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},"scopeSpans":[{"spans":[
              {"spanId":"AAAAAAAAAAI=","name":"x","startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000008","status":{"code":"STATUS_CODE_ERROR","message":"boom"}}]}]}]}
            """).RootElement));
        Assert.Equal(("cart", "ERROR", "boom", 7L, "0000000000000002"), (span.Service, span.Status, span.Message, span.DurationNanos, span.SpanId));
    }

    private static IEnumerable<string> Lines(string json) => TraceTree.Read(JsonDocument.Parse(json).RootElement).Select(span => $"{span.Depth} {span.Name}");

    private static string Span(long id, long parent, string name, int start) =>
        $$"""{"spanId":"{{Id(id)}}",{{(parent == 0 ? "" : $"\"parentSpanId\":\"{Id(parent)}\",")}}"name":"{{name}}","startTimeUnixNano":"{{start}}"}""";

    private static string Id(long id)
    {
        byte[] bytes = BitConverter.GetBytes(id);
        Array.Reverse(bytes);
        return Convert.ToBase64String(bytes);
    }
}
