using System.Text;
using CsCheck;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Model.Otlp;

public sealed class OtlpJsonTests
{
    private const string SpecVector =
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"svc-a"}}]},"scopeSpans":[{"scope":{"name":"t"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"1112131415161718","name":"op","kind":2,"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000250000000","attributes":[{"key":"n","value":{"intValue":"7"}}],"status":{"code":2,"message":"bad"}}]}]}]}""";

    [Fact]
    public void Plain_objects_survive_JSON() => Gen.Int.Sample(
        seed =>
        {
            var spans = new RandomSpans(new Random(seed)).Next(10);
            Assert.Equal(SpanText.Of(spans), SpanText.Of(OtlpReader.ReadSpans(Good(OtlpJsonWriter.Write(spans)))));
        },
        iter: 100);

    [Fact]
    public void Spec_vector_is_read()
    {
        var span = Assert.Single(Spans(SpecVector));
        Assert.Equal("0102030405060708090a0b0c0d0e0f10", span.TraceId.ToString());
        Assert.Equal("1112131415161718", span.SpanId.ToString());
        Assert.Equal(250_000_000, span.DurationNano);
        Assert.Equal(AttributeValue.Of(7L), span.Attributes[0].Value);
        Assert.Equal((SpanKind.Server, StatusCode.Error, "bad"), (span.Kind, span.StatusCode, span.StatusMessage));
        Assert.Equal("svc-a", span.Resource.Attributes[0].Value.AsString);
        Assert.Equal("t", span.Scope.Name);
    }

    [Fact]
    public void Snake_case_enum_names_and_unknown_keys_are_understood()
    {
        var span = Assert.Single(Spans(
            """
            {"future":{"a":[1,{"b":2}]},"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"0102030405060708090A0B0C0D0E0F10",
              "span_id":"1112131415161718","parent_span_id":"0000000000000001","kind":"SPAN_KIND_CLIENT","start_time_unix_nano":5,"new":null,
              "status":{"code":"STATUS_CODE_OK"},"attributes":[{"key":"d","value":{"double_value":"1.5"}},{"key":"i","value":{"int_value":1e3}},
              {"key":"b","value":{"bytes_value":"_-8"}},{"key":"e","value":{}},{"key":"n","value":null}]}]}]}]}
            """));
        Assert.Equal(SpanKind.Client, span.Kind);
        Assert.Equal(StatusCode.Ok, span.StatusCode);
        Assert.Equal(5UL, span.StartUnixNano);
        Assert.Equal(1UL, span.ParentSpanId.Value);
        Assert.Equal(
            [AttributeValue.Of(1.5), AttributeValue.Of(1000L), AttributeValue.Of([0xFF, 0xEF]), AttributeValue.Empty, AttributeValue.Empty],
            span.Attributes.Select(a => a.Value));
    }

    [Theory]
    [InlineData("[]", "$: expected an object, found an array")]
    [InlineData("""{"resourceSpans":{}}""", "resourceSpans: expected an array, found an object")]
    [InlineData("""{"resourceSpans":[{},7]}""", "resourceSpans[1]: expected an object, found a number")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{},{"kind":true}]}]}]}""", "resourceSpans[0].scopeSpans[0].spans[1].kind: expected an enum name or number, found a boolean")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"X"}]}]}]}""", "spans[0].kind: unknown enum name")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}""", "startTimeUnixNano: expected an unsigned 64-bit integer as string or number, -1 is out of range")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":1.5}]}]}]}""", "startTimeUnixNano: expected an unsigned 64-bit integer")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":1}]}]}]}""", "name: expected a string, found a number")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":{"bytesValue":"*"}}]}]}]}]}""", "attributes[0].value.bytesValue: expected a base64 string")]
    [InlineData("""{"resourceSpans":[{"schemaUrl":"x"}]} 1""", "Line 1")]
    [InlineData("""{"resourceSpans":[""", "Line 1")]
    [InlineData("", "Line 1")]
    public void Wrong_types_are_refused_with_their_path(string json, string message)
    {
        var result = OtlpJson.Transcode(Encoding.UTF8.GetBytes(json), new ProtoWriter());
        Assert.NotNull(result.Error);
        Assert.StartsWith("invalid OTLP JSON: ", result.Error);
        Assert.Contains(message, result.Error);
    }

    [Theory]
    [InlineData("01", "1112131415161718", "trace ids must be 128 bit, received 8 bits")]
    [InlineData("", "1112131415161718", "trace ids must be 128 bit, received 0 bits")]
    [InlineData("0102030405060708090a0b0c0d0e0f1", "1112131415161718", "trace ids must be 128 bit, received 120 bits")]
    [InlineData("0102030405060708090a0b0c0d0e0f100", "1112131415161718", "trace ids must be 128 bit, received 136 bits")]
    [InlineData("0102030405060708090a0b0c0d0e0f10", "111213141516171", "span ids must be 64 bit and not all zero, received 56 bits")]
    [InlineData("0102030405060708090a0b0c0d0e0f10", "0000000000000000", "span ids must be 64 bit and not all zero, received 0 bits")]
    public void Ids_of_wrong_length_cost_their_span_only(string traceId, string spanId, string message)
    {
        var json = SpecVector.Replace("\"spans\":[", $$"""
            "spans":[{"traceId":"{{traceId}}","spanId":"{{spanId}}"},
            """);
        var check = OtlpValidator.Check(Good(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((1, message), (check.Counts.Accepted, check.Counts.BadIdMessage));
    }

    [Fact]
    public void Id_that_is_not_hexadecimal_costs_its_span_and_is_named()
    {
        var output = new ProtoWriter();
        var json = SpecVector.Replace("\"spans\":[", """
            "spans":[{"traceId":"AQIDBAUGBwgJCgsMDQ4PEA==","spanId":"1112131415161718"},
            """);
        var result = OtlpJson.Transcode(Encoding.UTF8.GetBytes(json), output);
        Assert.Null(result.Error);
        Assert.Equal("resourceSpans[0].scopeSpans[0].spans[0].traceId: ids are hexadecimal in OTLP JSON, this one is not", result.BadId);
        Assert.Equal((1, 1), (OtlpValidator.Check(output.Written).Counts.Accepted, OtlpValidator.Check(output.Written).Counts.BadTraceIds));
    }

    [Theory]
    [InlineData(@"a\u00e9\n\t\""\\\/", "aé\n\t\"\\/")]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"cut \ud83d", "cut \uFFFD")]
    [InlineData(@"\ude00\ud83dx", "\uFFFD\uFFFDx")]
    public void Escapes_are_resolved_and_half_pairs_replaced(string escaped, string expected) =>
        Assert.Equal(expected, Assert.Single(Spans(SpecVector.Replace("\"op\"", $"\"{escaped}\""))).Name);

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "values nested more than 64 levels deep")]
    [InlineData(100_000, "nested")]
    public void Nesting_is_bounded(int levels, string? message)
    {
        var value = string.Concat(Enumerable.Repeat("""{"kvlistValue":{"values":[{"key":"k","value":""", levels)) + "{}"
            + string.Concat(Enumerable.Repeat("}]}}", levels));
        var json = SpecVector.Replace("""{"intValue":"7"}""", value);
        var output = new ProtoWriter();
        var error = OtlpJson.Transcode(Encoding.UTF8.GetBytes(json), output).Error;
        if (message is null)
        {
            Assert.Null(error);
            Assert.True(OtlpValidator.Check(output.Written).IsWellFormed);
        }
        else
        {
            Assert.Contains(message, error);
        }
    }

    [Fact]
    public void Byte_order_mark_is_allowed() => Assert.Single(OtlpReader.ReadSpans(Good([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(SpecVector)])));

    [Fact]
    public void Cut_anywhere_is_an_error_and_no_exception()
    {
        var json = OtlpJsonWriter.Write(new RandomSpans(new Random(1)).Next(3));
        for (var length = 0; length < json.Length; length++)
            Assert.NotNull(OtlpJson.Transcode(json.AsSpan(0, length), new ProtoWriter()).Error);
    }

    private static List<Span> Spans(string json) => OtlpReader.ReadSpans(Good(Encoding.UTF8.GetBytes(json)));

    private static byte[] Good(byte[] json)
    {
        var output = new ProtoWriter();
        Assert.Null(OtlpJson.Transcode(json, output).Error);
        return output.ToArray();
    }
}
