using System.Text;
using Rubato.Ingest.Receivers.Files;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Xunit;

namespace Rubato.UnitTests.Ingest.Receivers;

/// <summary>Jaeger's JSON becomes what the same span in Jaeger's gRPC becomes (spec/wire-formats.md 4).</summary>
public sealed class JaegerJsonTests
{
    [Fact]
    public void A_span_as_the_UI_saves_it()
    {
        var spans = Read(
            """
            {"data":[{"traceID":"0102030405060708090a0b0c0d0e0f10","spans":[
              {"traceID":"0102030405060708090a0b0c0d0e0f10","spanID":"00000000000000aa","flags":1,"operationName":"GET /","references":[],"startTime":1700000000000001,"duration":1500,
               "tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"error","type":"bool","value":true},{"key":"otel.status_description","type":"string","value":"bad"},
                       {"key":"http.status_code","type":"int64","value":500},{"key":"ratio","type":"float64","value":2},{"key":"ok","type":"bool","value":false},{"key":"raw","type":"binary","value":"AAEC"},
                       {"key":"otel.scope.name","type":"string","value":"lib"},{"key":"otel.scope.version","type":"string","value":"1.2"}],
               "logs":[{"timestamp":1700000000000500,"fields":[{"key":"event","type":"string","value":"retry"},{"key":"n","type":"int64","value":3}]}],"processID":"p1","warnings":null},
              {"traceID":"0102030405060708090a0b0c0d0e0f10","spanID":"bb","operationName":"SELECT","references":[{"refType":"CHILD_OF","traceID":"0102030405060708090a0b0c0d0e0f10","spanID":"aa"},
               {"refType":"FOLLOWS_FROM","traceID":"77","spanID":"66"}],"startTime":1700000000000100,"duration":100,"tags":[],"logs":null,"processID":"p2"}],
              "processes":{"p2":{"serviceName":"db","tags":[]},"p1":{"serviceName":"front","tags":[{"key":"hostname","type":"string","value":"h1"}]}},"warnings":null}],
             "total":0,"limit":0,"offset":0,"errors":null}
            """);

        Assert.Equal(["GET /", "SELECT"], spans.Select(s => s.Name));
        var (root, child) = (spans[0], spans[1]);
        Assert.Equal(("0102030405060708090a0b0c0d0e0f10", "00000000000000aa", SpanKind.Server), (root.TraceId.ToString(), root.SpanId.ToString(), root.Kind));
        Assert.Equal((1_700_000_000_000_001_000ul, 1_500_000), (root.StartUnixNano, root.DurationNano));
        Assert.Equal((StatusCode.Error, "bad", "lib", "1.2"), (root.StatusCode, root.StatusMessage, root.Scope.Name, root.Scope.Version));
        Assert.Equal("http.status_code=500; ok=false; ratio=2; raw=" + AttributeValue.Of([0, 1, 2]), ZipkinTranslatorTests.Text(root.Attributes));
        Assert.Equal(AttributeKind.Double, root.Attributes.Single(a => a.Key == "ratio").Value.Kind);
        Assert.Equal("host.name=h1; service.name=front", ZipkinTranslatorTests.Text(root.Resource.Attributes));
        Assert.Equal(("retry", "n=3", 1_700_000_000_000_500_000ul), (root.Events[0].Name, ZipkinTranslatorTests.Text(root.Events[0].Attributes), root.Events[0].TimeUnixNano));
        Assert.Equal((root.SpanId, "service.name=db"), (child.ParentSpanId, ZipkinTranslatorTests.Text(child.Resource.Attributes)));
        Assert.Equal("opentracing.ref_type=follows_from", ZipkinTranslatorTests.Text(Assert.Single(child.Links).Attributes));
    }

    [Fact]
    public void Values_without_types_texts_for_numbers_and_half_characters()
    {
        var span = Assert.Single(Read(
            """
            {"data":[{"traceID":"1","spans":[{"spanID":"2","operationName":"a\ud83d\n","startTime":"7","duration":1.0,"parentSpanID":"9","processID":"gone","tags":[
              {"key":"whole","value":5},{"key":"real","value":5.5},{"key":"flag","value":true},{"key":"none","value":null},{"key":"absent"},{"key":"list","value":[1,{"a":2}]},
              {"key":"long","type":"int64","value":"9007199254740993"},{"key":"wrong","type":"int64","value":"x"},{"key":"bits","type":"binary","value":"*"},{"key":"yes","type":"bool","value":"true"}]}]}]}
            """));

        Assert.Equal(("a\uFFFD\n", 7_000ul, 8_000ul, 9ul), (span.Name, span.StartUnixNano, span.EndUnixNano, span.ParentSpanId.Value));
        Assert.Equal("absent=; bits=*; flag=true; list=[1,{\"a\":2}]; long=9007199254740993; none=; real=5.5; whole=5; wrong=x; yes=true", ZipkinTranslatorTests.Text(span.Attributes));
        Assert.Equal(
            [AttributeKind.Int, AttributeKind.Double, AttributeKind.Bool, AttributeKind.Int],
            ((string[])["whole", "real", "flag", "long"]).Select(key => span.Attributes.Single(a => a.Key == key).Value.Kind));
        Assert.Empty(span.Resource.Attributes);
    }

    [Theory]
    [InlineData("""{"data":{}}""", "data: expected an array of traces, found {}")]
    [InlineData("""{"data":[7]}""", "data[0]: expected a trace, found 7")]
    [InlineData("""{"data":[{},{"spans":7}]}""", "data[1].spans: expected an array, found 7")]
    [InlineData("""{"data":[{"spans":[],"processes":[]}]}""", "data[0].processes: expected an object, found []")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1"},{"spanID":"0"}]}]}""", "data[0].spans[1].spanID: expected 1 to 16 hexadecimal digits, not all zero, found \"0\"")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"operationName":"x"}]}]}""", "data[0].spans[0].spanID: expected 1 to 16 hexadecimal digits, found nothing")]
    [InlineData("""{"data":[{"spans":[{"spanID":"1"}]}]}""", "data[0].spans[0].traceID: expected 1 to 32 hexadecimal digits, found nothing")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","startTime":"soon"}]}]}""", "data[0].spans[0].startTime: expected microseconds, found \"soon\"")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","duration":1e300}]}]}""", "spans[0].duration: expected microseconds")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","tags":{}}]}]}""", "spans[0].tags: expected an array")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","tags":[7]}]}]}""", "spans[0].tags: expected an object with key and value")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","tags":[{"key":7}]}]}]}""", "spans[0].tags.key: expected a string, found 7")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","logs":[[]]}]}]}""", "spans[0].logs: expected an object")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","references":[{"spanID":"x"}]}]}]}""", "spans[0].references.spanID: expected 1 to 16 hexadecimal digits")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","processID":"p"}],"processes":{"p":7}}]}""", "data[0].process: expected an object, found 7")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"spanID":"1","processID":"\ud800"}]}]}""", "a name that is not valid Unicode")]
    [InlineData("""{"processes":{},"spans":[7]}""", "spans[0]: expected a span, found 7")]
    public void What_is_wrong_is_told_with_its_place(string file, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(file));
        Assert.StartsWith("invalid Jaeger JSON: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static List<Span> Read(string file) => OtlpReader.ReadSpans(TraceFile.ToOtlp(Encoding.UTF8.GetBytes(file)));
}
