using System.Buffers;
using System.Text;
using CsCheck;
using Rubato.Ingest.Receivers.Files;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Query.Encoding;
using Rubato.Testing;
using Rubato.Testing.Zipkin;
using Xunit;

namespace Rubato.UnitTests.Ingest.Receivers;

/// <summary>Files are told apart by what is in them; what is wrong with one is told in words, with its place.</summary>
public sealed class TraceFileTests
{
    private const string OtlpSpan = """{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"1112131415161718","name":"op","startTimeUnixNano":"1","endTimeUnixNano":"2"}""";
    private const string Otlp = """{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"svc"}}]},"scopeSpans":[{"spans":[""" + OtlpSpan + "]}]}]}";
    private const string Zipkin = """[{"traceId":"ab","id":"1","name":"get","timestamp":5,"localEndpoint":{"serviceName":"svc"}}]""";
    private const string Jaeger = """{"data":[{"traceID":"ab","spans":[{"traceID":"ab","spanID":"1","operationName":"get","startTime":5,"processID":"p1"}],"processes":{"p1":{"serviceName":"svc"}}}]}""";

    [Fact]
    public void What_trace_by_id_answers_is_read_back() => Gen.Int.Sample(
        seed =>
        {
            var combiner = new TraceCombiner();
            combiner.Add(new RandomSpans(new Random(seed)).Next(8));
            var spans = combiner.Combine();
            var (first, second) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
            TraceEncoding.WriteV1Json(spans, first);
            TraceEncoding.WriteV2Json(spans, new TraceAnswer(7), second);

            Assert.Equal(SpanText.Of(spans), SpanText.Of(OtlpReader.ReadSpans(TraceFile.ToOtlp(first.WrittenMemory))));
            Assert.Equal(SpanText.Of(spans), SpanText.Of(OtlpReader.ReadSpans(TraceFile.ToOtlp(second.WrittenMemory))));
        },
        iter: 200);

    [Theory]
    [InlineData(Otlp)]
    [InlineData("\uFEFF \r\n" + Otlp)]
    [InlineData(Jaeger)]
    [InlineData(Zipkin)]
    [InlineData("[" + Zipkin + "]")]
    [InlineData("""{"traceID":"ab","spans":[{"spanID":"1","operationName":"get","process":{"serviceName":"svc"}}],"processes":{}}""")]
    [InlineData("""{"batches":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"svc"}}]},"instrumentationLibrarySpans":[{"instrumentationLibrary":{"name":"lib"},"spans":[""" + OtlpSpan + "]}]}]}")]
    [InlineData("""{"\u0062atches":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"svc"}}]},"scopeSpans":[{"spans":[""" + OtlpSpan + "]}]}]}")]
    [InlineData("""{"metrics":{},"trace":""" + Otlp + "}")]
    public void Every_format_is_recognised(string file)
    {
        var span = Assert.Single(Read(file));
        Assert.Equal("svc", span.Resource.Attributes.Single(a => a.Key == "service.name").Value.AsString);
    }

    [Fact]
    public void Lines_of_OTLP_are_one_file() =>
        Assert.Equal(3, Read($"{Otlp}\n{Otlp}\n\n{Otlp}\n").Count);

    [Fact]
    public void Every_trace_of_an_array_of_arrays_is_read() =>
        Assert.Equal(2, Read($"[{Zipkin},{Zipkin}]").Count);

    [Theory]
    [InlineData("", "the file is empty: expected OTLP")]
    [InlineData("  \n", "the file is empty")]
    [InlineData("7", "the file is a single Number")]
    [InlineData("traces", "the file is not JSON")]
    [InlineData("{\"resourceSpans\":[\n{\"x\":tru", "Line 2, byte")]
    [InlineData("{}", "an object with nothing in it")]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7}""", "an object with a, b, c, d, e, ...;")]
    [InlineData("""{"resourceSpans":[]}""", "the file has no spans (read as Otlp)")]
    [InlineData("""{"data":[]}""", "the file has no spans (read as Jaeger)")]
    [InlineData("[]", "the file has no spans (read as Zipkin)")]
    [InlineData("[[]]", "the file has no spans (read as Zipkin)")]
    [InlineData(Otlp + "\n" + Jaeger, "several JSON values behind each other, the next at byte")]
    [InlineData(Zipkin + "\n" + Zipkin, "only OTLP is written so")]
    [InlineData(Otlp + "\n{\"resourceSpans\":7}", "value 2 of 2: invalid OTLP JSON: resourceSpans: expected an array, found a number")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102","spanId":"1112131415161718"}]}]}]}""", "1 of 1 spans have no valid id: trace ids must be 128 bit, received 16 bits; the first: resourceSpans[0].scopeSpans[0].spans[0].traceId")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"x"}]}]}]}""", "spans[0].spanId: ids are hexadecimal")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"x"}]}]}]}""", "1 of 1 spans have no valid id")]
    [InlineData("""[{"traceId":"ab","id":"1"},{"traceId":"ab"}]""", "invalid Zipkin JSON: [1]: valid span id required")]
    [InlineData("""[[{"traceId":"ab","id":"1"}],[{"traceId":"ab","id":"2"},{"id":"1"}]]""", "invalid Zipkin JSON: [1][1]: valid traceId required")]
    [InlineData("[7]", "[0]: the body has an element that is not an object")]
    public void What_is_wrong_is_told_with_its_place(string file, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Read(file)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_that_nobody_reads_are_shown_shortened()
    {
        var error = Assert.Throws<InvalidDataException>(() => Read($$"""{"{{new string('n', 10_000)}}":1,"\ud800\ud83d":2}"""));
        Assert.InRange(error.Message.Length, 100, 400);
    }

    // The fuzzer in small: tests/Rubato.Fuzz trace-file runs for longer.
    [Fact]
    public void Any_damage_is_refused_in_words_or_leaves_good_spans() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            byte[][] files = [Encoding.UTF8.GetBytes(Otlp), Encoding.UTF8.GetBytes(Jaeger), Encoding.UTF8.GetBytes(Zipkin), OtlpJsonWriter.Write(new RandomSpans(random).Next(3)), ZipkinJsonWriter.Write(new RandomZipkin(random).Next())];
            var file = files[random.Next(files.Length)];
            for (var n = random.Next(4); n >= 0; n--) file = Damaged(file, files[random.Next(files.Length)], random);
            try
            {
                Assert.NotEmpty(OtlpReader.ReadSpans(TraceFile.ToOtlp(file)));
            }
            catch (InvalidDataException e)
            {
                // A path through all the levels that are allowed is long.
                Assert.InRange(e.Message.Length, 10, 20_000);
            }
        },
        iter: 5_000);

    private static byte[] Damaged(byte[] file, byte[] other, Random random)
    {
        var at = random.Next(file.Length + 1);
        var end = Math.Min(file.Length, at + random.Next(20));
        switch (random.Next(5))
        {
            case 0:
                return file[..at];
            case 1:
                return [.. file[..at], .. file[end..]];
            case 2:
                return [.. file[..at], .. "{}[]\",:\\ud8\n"u8.Slice(random.Next(12), 1), .. file[at..]];
            case 3:
                var from = random.Next(other.Length);
                return [.. file[..at], .. other[from..Math.Min(other.Length, from + random.Next(40))], .. file[end..]];
            default:
                var copy = file.ToArray();
                if (at < copy.Length) copy[at] = (byte)random.Next(256);
                return copy;
        }
    }

    private static List<Span> Read(string file) => OtlpReader.ReadSpans(TraceFile.ToOtlp(Encoding.UTF8.GetBytes(file)));
}
