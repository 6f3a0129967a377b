using System.Text;
using CsCheck;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Ingest.Receivers.Zipkin;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Testing;
using Rubato.Testing.Zipkin;
using Xunit;

namespace Rubato.UnitTests.Ingest.Receivers;

/// <summary>Zipkin version 2 becomes OTLP as spec/wire-formats.md 5.4 says: random spans against the plain twin, then row by row.</summary>
public sealed class ZipkinTranslatorTests
{
    [Fact]
    public void Any_spans_become_what_the_plain_translator_says() => Gen.Select(Gen.Int, Gen.Bool).Sample((seed, parse) =>
    {
        var spans = new RandomZipkin(new Random(seed)).Next();
        var expected = SpanText.Of(PlainZipkinTranslator.Translate(spans, parse), sortAttributes: true);
        Assert.Equal(expected, SpanText.Of(FromJson(ZipkinJsonWriter.Write(spans), parse), sortAttributes: true));
        Assert.Equal(expected, SpanText.Of(FromProto(ZipkinProtoWriter.Write(spans), parse), sortAttributes: true));
    }, iter: 3000);

    [Fact]
    public void The_sheets_example_is_read()
    {
        var span = Assert.Single(FromJson(
            """
            [{"traceId":"00000000000000ab","id":"00000000000000cd","kind":"SERVER","name":"get","timestamp":1700000000000000,"duration":1500,
              "localEndpoint":{"serviceName":"svc-z","ipv4":"10.0.0.1","port":80},"remoteEndpoint":{"serviceName":"peer"},
              "annotations":[{"timestamp":1700000000000500,"value":"tick"}],"tags":{"error":"true","http.path":"/x"}}]
            """u8));
        Assert.Equal("000000000000000000000000000000ab", span.TraceId.ToString());
        Assert.Equal("service.name=svc-z", Text(span.Resource.Attributes));
        Assert.Equal((SpanKind.Server, StatusCode.Error), (span.Kind, span.StatusCode));
        Assert.Equal("http.path=/x; net.host.ip=10.0.0.1; net.host.port=80; peer.service=peer", Text(span.Attributes));
        Assert.Equal("tick", Assert.Single(span.Events).Name);
    }

    [Fact]
    public void Packed_annotations_are_events_with_attributes()
    {
        var events = FromJson(
            """
            [{"traceId":"1","id":"2","annotations":[{"timestamp":1,"value":"retry|{\"n\":2,\"why\":\"a|b\",\"ok\":true,\"f\":0.5,\"whole\":3.0,\"list\":[1]}|4"},
              {"timestamp":2,"value":"a|no json|1"},{"timestamp":3,"value":"two|parts"},{"timestamp":4,"value":"n||0"}]}]
            """u8)[0].Events;
        Assert.Equal(["retry", "a|no json|1", "two|parts", "n"], events.Select(e => e.Name));
        Assert.Equal((4u, "f=0.5; n=2; ok=true; whole=3; why=a|b"), (events[0].DroppedAttributesCount, Text(events[0].Attributes)));
    }

    [Fact]
    public void Packed_links_are_links()
    {
        var link = Assert.Single(FromJson(
            """[{"traceId":"1","id":"2","tags":{"otlp.link.0":"0102030405060708090a0b0c0d0e0f10|0102030405060708|k=v|{\"a\":\"x|y\"}|2","otlp.link.1":"a|b","otlp.link.128":"z"}}]"""u8)[0].Links);
        Assert.Equal(("0102030405060708090A0B0C0D0E0F10", "0102030405060708", "k=v", 2u),
            (Convert.ToHexString(link.TraceId), Convert.ToHexString(link.SpanId), link.TraceState, link.DroppedAttributesCount));
        Assert.Equal("a=x|y", Text(link.Attributes));
    }

    [Theory]
    [InlineData("nonsense", "malformed JSON")]
    [InlineData("{}", "not a JSON array")]
    [InlineData("[1]", "not an object")]
    [InlineData("[{\"id\":\"1\"}]", "valid traceId required")]
    [InlineData("[{\"traceId\":\"xyz\",\"id\":\"1\"}]", "valid traceId required")]
    [InlineData("[{\"traceId\":\"0\",\"id\":\"1\"}]", "valid traceId required")]
    [InlineData("[{\"traceId\":\"123456789012345678901234567890123\",\"id\":\"1\"}]", "valid traceId required")]
    [InlineData("[{\"traceId\":\"1\"}]", "valid span id required")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"0\"}]", "valid span id required")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"annotations\":[{\"value\":\"x\"}]}]", "valid annotation timestamp required")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"tags\":{\"n\":1}}]", "tag 'n' is not a string")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"timestamp\":-1}]", "timestamp is not a whole number")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"kind\":\"OTHER\"}]", "kind is none of")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"localEndpoint\":{\"ipv4\":\"1.2.3\"}}]", "'1.2.3' is not an IPv4 address")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"localEndpoint\":{\"ipv4\":\"1.2.3.256\"}}]", "is not an IPv4 address")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"localEndpoint\":{\"ipv6\":\"g::1\"}}]", "'g::1' is not an IPv6 address")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"localEndpoint\":{\"port\":70000}}]", "port is not a number")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"tags\":{\"otlp.link.0\":\"a|b|c|{}|0\"}}]", "tag otlp.link.0 is not")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"name\":\"\\ud800\"}]", "half of a character")]
    [InlineData("[] []", "malformed JSON")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"1\",\"x\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}]", "malformed JSON")]
    public void What_is_wrong_is_told(string json, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => FromJson(Encoding.UTF8.GetBytes(json)));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0a0a", "malformed protobuf")]
    [InlineData("0a0a0a08010203040506070812", "invalid TraceID: has length 8 yet wanted length 16")]
    [InlineData("0a02" + "2001", "invalid TraceID: has length 0 yet wanted length 16")]
    public void What_is_wrong_with_protobuf_is_told(string hex, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => FromProto(Convert.FromHexString(hex), parse: false));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_nothing()
    {
        Assert.Empty(FromJson("[]"u8));
        Assert.Empty(FromProto([], parse: false));
    }

    internal static string Text(IEnumerable<KeyValuePair<string, AttributeValue>> attributes) =>
        string.Join("; ", attributes.Select(a => a.Key + "=" + a.Value).Order(StringComparer.Ordinal));

    internal static List<Span> Read(OtlpTranslation output)
    {
        var check = OtlpValidator.Check(output.Request.Span);
        Assert.True(check.IsWellFormed, check.Error);
        Assert.Equal(output.Spans, check.Counts.Accepted);
        return OtlpReader.ReadSpans(output.Request.Span);
    }

    private static List<Span> FromJson(ReadOnlySpan<byte> json, bool parse = false)
    {
        using var batch = new ZipkinBatch(json.Length);
        using var output = new OtlpTranslation(json.Length);
        ZipkinJsonReader.Read(json, batch);
        new ZipkinTranslator(parse).Write(batch, output);
        return Read(output);
    }

    private static List<Span> FromProto(ReadOnlySpan<byte> body, bool parse)
    {
        using var batch = new ZipkinBatch(body.Length);
        using var output = new OtlpTranslation(body.Length);
        ZipkinProtoReader.Read(body, batch);
        new ZipkinTranslator(parse).Write(batch, output);
        return Read(output);
    }
}
