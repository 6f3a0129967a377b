using System.Text;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Ingest.Receivers.Zipkin;
using Rubato.Model.Spans;
using Xunit;
using static Rubato.UnitTests.Ingest.Receivers.ZipkinTranslatorTests;

namespace Rubato.UnitTests.Ingest.Receivers;

/// <summary>Zipkin version 1 becomes OTLP as spec/wire-formats.md 5.5 says, row by row.</summary>
public sealed class ZipkinV1TranslatorTests
{
    private const ulong Now = 1_700_000_000_000_000_000;

    [Theory]
    [InlineData("cs", SpanKind.Client)]
    [InlineData("cr", SpanKind.Client)]
    [InlineData("sr", SpanKind.Server)]
    [InlineData("ss", SpanKind.Server)]
    [InlineData("ms", SpanKind.Producer)]
    [InlineData("mr", SpanKind.Consumer)]
    [InlineData("xx", SpanKind.Unspecified)]
    public void Kind_comes_from_the_first_core_annotation(string value, SpanKind kind)
    {
        var span = One($$"""[{"traceId":"00000000000000aa","id":"00000000000000bb","annotations":[{"timestamp":5,"value":"note"},{"timestamp":7,"value":"{{value}}"}]}]""");
        Assert.Equal(kind, span.Kind);
        Assert.Equal(kind == SpanKind.Unspecified ? ["note", "xx"] : ["note"], span.Events.Select(e => e.Name));
        Assert.Equal((5_000ul, 7_000ul), (span.StartUnixNano, span.EndUnixNano));
    }

    [Fact]
    public void Times_are_the_fields_else_those_of_annotations_else_now()
    {
        var fields = One("""[{"traceId":"00000000000000aa","id":"00000000000000bb","timestamp":10,"duration":4,"annotations":[{"timestamp":1,"value":"cs"}]}]""");
        Assert.Equal((10_000ul, 14_000ul), (fields.StartUnixNano, fields.EndUnixNano));
        var none = One("""[{"traceId":"00000000000000aa","id":"00000000000000bb"}]""");
        Assert.Equal(Now, none.StartUnixNano);
        Assert.Equal("otel.zipkin.absentField.startTime=true", Text(none.Attributes));
    }

    [Fact]
    public void The_sender_is_the_host_of_the_core_annotation_and_spans_of_one_share_it()
    {
        var spans = All(
            """
            [{"traceId":"00000000000000aa","id":"0000000000000001","annotations":[{"timestamp":1,"value":"sr","endpoint":{"serviceName":"shop","ipv4":"10.0.0.1","ipv6":"::1","port":80}}]},
             {"traceId":"00000000000000aa","id":"0000000000000002","binaryAnnotations":[{"key":"a","value":"b","endpoint":{"serviceName":"pay"}},{"key":"c","value":"d","endpoint":{"serviceName":"pay2"}}]},
             {"traceId":"00000000000000aa","id":"0000000000000003","timestamp":1,"binaryAnnotations":[{"key":"lc","value":"worker"}]},
             {"traceId":"00000000000000aa","id":"0000000000000004"},
             {"traceId":"00000000000000aa","id":"0000000000000005","annotations":[{"timestamp":1,"value":"cs","endpoint":{"serviceName":"shop","ipv4":"10.0.0.1","ipv6":"::1","port":80}}]}]
            """);
        Assert.Equal(
            ["ipv4=10.0.0.1; ipv6=::1; port=80; service.name=shop", "service.name=pay2", "service.name=worker", "service.name=unknown-service", "ipv4=10.0.0.1; ipv6=::1; port=80; service.name=shop"],
            spans.OrderBy(s => s.SpanId.ToString()).Select(s => Text(s.Resource.Attributes)));
        Assert.Equal("component=worker", Text(spans.Single(s => s.SpanId.ToString().EndsWith('3')).Attributes));
        Assert.Equal(4, spans.Select(s => s.Resource).Distinct().Count());
    }

    [Theory]
    [InlineData("census.status_code=0;error=x", StatusCode.Ok, "", "")]
    [InlineData("census.status_code=5;census.status_description=bad", StatusCode.Error, "bad", "")]
    [InlineData("census.status_code=5;opencensus.status_description=bad;otel.status_code=1", StatusCode.Error, "bad", "")]
    [InlineData("otel.status_code=1;otel.status_description=fine;http.status_code=500", StatusCode.Ok, "fine", "http.status_code=500")]
    [InlineData("error=boom;http.status_code=200", StatusCode.Error, "", "http.status_code=200")]
    [InlineData("http.status_code=200;http.status_message=OK", StatusCode.Unset, "OK", "http.status_code=200; http.status_message=OK")]
    [InlineData("http.status_code=404;http.status_message=No", StatusCode.Error, "No", "http.status_code=404; http.status_message=No")]
    public void Status_comes_from_the_first_that_tells(string tags, StatusCode code, string message, string kept)
    {
        var binary = string.Join(',', tags.Split(';').Select(t => $$"""{"key":"{{t.Split('=')[0]}}","value":"{{t.Split('=')[1]}}"}"""));
        var span = One($$"""[{"traceId":"00000000000000aa","id":"00000000000000bb","timestamp":1,"binaryAnnotations":[{{binary}}]}]""");
        Assert.Equal((code, message, kept), (span.StatusCode, span.StatusMessage, Text(span.Attributes)));
    }

    [Fact]
    public void Thrift_values_have_types()
    {
        // list<Span> of one: ids, name, an annotation with its host, binary annotations of every type.
        var body = Convert.FromHexString(
            "0C00000001"
            + "0A0001" + "00000000000000AA" + "0B0003" + "00000003676574" + "0A0004" + "00000000000000BB" + "0A0005" + "00000000000000CC"
            + "0F0006" + "0C00000001" + "0A0001" + "0000000000000005" + "0B0002" + "000000027372" + "0C0003" + "080001" + "0A000001" + "060002" + "0050" + "0B0003" + "0000000473686F70" + "00" + "00"
            + "0F0008" + "0C00000006"
            + Binary("b", 0, "01") + Binary("d", 5, "3FF8000000000000") + Binary("i", 3, "FFFFFFFF") + Binary("l", 4, "0000000000000007") + Binary("s", 2, "0102") + Binary("t", 6, "78")
            + "0A000C" + "0000000000000001"
            + "00");
        var span = Assert.Single(FromThrift(body));
        Assert.Equal("000000000000000100000000000000aa", span.TraceId.ToString());
        Assert.Equal(("get", SpanKind.Server, "00000000000000cc"), (span.Name, span.Kind, span.ParentSpanId.ToString()));
        Assert.Equal("ipv4=10.0.0.1; port=80; service.name=shop", Text(span.Resource.Attributes));
        Assert.Equal("b=true; d=1.5; i=-1; l=7; s=258; t=x", Text(span.Attributes));

        static string Binary(string key, int type, string value) =>
            "0B0001" + "00000001" + Convert.ToHexString(Encoding.ASCII.GetBytes(key)) + "0B0002" + (value.Length / 2).ToString("X8", System.Globalization.CultureInfo.InvariantCulture) + value
            + "080003" + type.ToString("X8", System.Globalization.CultureInfo.InvariantCulture) + "00";
    }

    [Theory]
    [InlineData("[{\"id\":\"00000000000000bb\"}]", "zipkinV1 span traceId: ")]
    [InlineData("[{\"traceId\":\"aa\",\"id\":\"00000000000000bb\"}]", "zipkinV1 span traceId: 'aa'")]
    [InlineData("[{\"traceId\":\"00000000000000aa\",\"id\":\"bb\"}]", "zipkinV1 span id: 'bb'")]
    [InlineData("[{\"traceId\":\"00000000000000aa\",\"id\":\"00000000000000bb\",\"parentId\":\"cc\"}]", "zipkinV1 span parentId: 'cc'")]
    [InlineData("[{\"traceId\":\"00000000000000aa\",\"id\":\"00000000000000bb\",\"timestamp\":\"x\"}]", "zipkinv1: timestamp")]
    [InlineData("[{\"traceId\":\"00000000000000aa\",\"id\":\"00000000000000bb\",\"binaryAnnotations\":[{\"key\":\"k\",\"value\":[]}]}]", "zipkinv1: a binaryAnnotation")]
    public void What_is_wrong_is_told(string json, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => All(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "it ends inside a value")]
    [InlineData("0C7FFFFFFF", "more elements than there are bytes")]
    [InlineData("0CFFFFFFFF", "negative")]
    [InlineData("0C0000000100", "zipkinV1 span traceId")]
    [InlineData("0B00000001000000", "elements are not structs")]
    [InlineData("0C000000010B00037FFFFFFF", "reaches beyond the end")]
    public void What_is_wrong_with_thrift_is_told(string hex, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => FromThrift(Convert.FromHexString(hex))).Message, StringComparison.Ordinal);

    private static Span One(string json) => Assert.Single(All(json));

    private static List<Span> All(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        using var batch = new ZipkinBatch(body.Length);
        using var output = new OtlpTranslation(body.Length);
        ZipkinV1JsonReader.Read(body, batch);
        new ZipkinV1Translator(parseStringTags: false, Now).Write(batch, output);
        return Read(output);
    }

    private static List<Span> FromThrift(byte[] body)
    {
        using var batch = new ZipkinBatch(body.Length);
        using var output = new OtlpTranslation(body.Length);
        ZipkinV1ThriftReader.Read(body, batch);
        new ZipkinV1Translator(parseStringTags: false, Now).Write(batch, output);
        return Read(output);
    }
}
