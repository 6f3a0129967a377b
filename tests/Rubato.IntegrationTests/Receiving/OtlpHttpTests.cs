using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>OTLP/HTTP answers as spec/wire-formats.md 1.3 says: methods, types, sizes, error bodies, partial success, CORS.</summary>
public sealed class OtlpHttpTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    [Fact]
    public async Task A_success_in_protobuf_has_an_empty_body()
    {
        var answer = await _server.Otlp.PostAsync(Make.Request(Make.Span(Make.TraceId())).ToByteArray());
        Assert.Equal((HttpStatusCode.OK, OtlpHttp.Protobuf, 0), (answer.Status, answer.ContentType?.MediaType, answer.Body.Length));
    }

    [Fact]
    public async Task A_success_in_json_has_an_empty_partial_success()
    {
        var id = Make.TraceId();
        var answer = await _server.Otlp.PostJsonAsync(JsonSpan(id));
        Assert.Equal((HttpStatusCode.OK, OtlpHttp.Json, """{"partialSuccess":{}}"""), (answer.Status, answer.ContentType?.MediaType, answer.Text));
        Assert.Equal("json", Assert.Single(await _server.Api.TraceAsync(id)).Span.Name);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task Parameters_and_case_of_the_content_type_do_not_matter(string contentType)
    {
        var answer = await _server.Otlp.PostAsync(Encoding.UTF8.GetBytes(JsonSpan(Make.TraceId())), contentType);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_is_405(string method)
    {
        var answer = await _server.Otlp.PostAsync([], method: new HttpMethod(method));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "text/plain", "405 method not allowed, supported: [POST]"), (answer.Status, answer.ContentType?.MediaType, answer.Text));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/protobuf")]
    [InlineData(null)]
    public async Task Another_content_type_is_415_in_plain_text(string? contentType)
    {
        var answer = await _server.Otlp.PostAsync([], contentType);
        Assert.Equal(
            (HttpStatusCode.UnsupportedMediaType, "text/plain", "415 unsupported media type, supported: [application/json, application/x-protobuf]"),
            (answer.Status, answer.ContentType?.MediaType, answer.Text));
    }

    [Fact]
    public async Task Another_path_is_404() =>
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Otlp.PostAsync([], path: "/v1/logs")).Status);

    [Fact]
    public async Task Zero_spans_are_accepted()
    {
        var empty = await _server.Otlp.PostAsync([]);
        var hollow = await _server.Otlp.PostAsync(new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans() } } } }.ToByteArray());
        var json = await _server.Otlp.PostJsonAsync("{}");
        Assert.All([empty, hollow, json], a => Assert.True(a.Status == HttpStatusCode.OK, a.ToString()));
    }

    [Fact]
    public async Task A_bad_protobuf_body_is_400_with_a_status_in_protobuf()
    {
        var answer = await _server.Otlp.PostAsync([0x0A, 0xFF]);
        Assert.Equal((HttpStatusCode.BadRequest, OtlpHttp.Protobuf), (answer.Status, answer.ContentType?.MediaType));
        Assert.Equal(3, answer.RpcStatus.Code);
        Assert.NotEmpty(answer.RpcStatus.Message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"resourceSpans":7}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":[1]}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}""")]
    public async Task A_bad_json_body_is_400_with_a_status_in_json(string body)
    {
        var answer = await _server.Otlp.PostJsonAsync(body);
        Assert.Equal((HttpStatusCode.BadRequest, OtlpHttp.Json), (answer.Status, answer.ContentType?.MediaType));
        using var status = JsonDocument.Parse(answer.Text);
        Assert.Equal(3, status.RootElement.GetProperty("code").GetInt32());
        Assert.NotEqual("", status.RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Bad_ids_cost_only_their_own_spans_and_are_reported_in_protobuf()
    {
        var id = Make.TraceId();
        var answer = await _server.Otlp.PostAsync(WithBadIds(id).ToByteArray());
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(4, answer.PartialSuccess.RejectedSpans);
        Assert.StartsWith("trace ids must be 128 bit", answer.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single(await _server.Api.TraceAsync(id)).Span.Name);
    }

    [Fact]
    public async Task Bad_ids_cost_only_their_own_spans_and_are_reported_in_json()
    {
        var id = Make.TraceId();
        var answer = await _server.Otlp.PostJsonAsync(
            $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"{{id}}","spanId":"0000000000000001","name":"good"},{"traceId":"abcd","spanId":"0000000000000002"},{"traceId":"{{id}}","spanId":"0000000000000000"}]}]}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal("2", json.RootElement.GetProperty("partialSuccess").GetProperty("rejectedSpans").GetString());
        Assert.StartsWith("trace ids must be 128 bit", json.RootElement.GetProperty("partialSuccess").GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single(await _server.Api.TraceAsync(id)).Span.Name);
    }

    [Fact]
    public async Task A_request_without_any_good_span_is_400()
    {
        var span = Make.Span(Make.TraceId());
        span.SpanId = ByteString.Empty;
        var answer = await _server.Otlp.PostAsync(Make.Request(span).ToByteArray());
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal((3, "span ids must be 64 bit and not all zero, received 0 bits"), (answer.RpcStatus.Code, answer.RpcStatus.Message));
    }

    [Fact]
    public async Task A_body_of_more_than_20_MiB_is_400()
    {
        var answer = await _server.Otlp.PostAsync(new byte[(20 << 20) + 1]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("http: request body too large", answer.RpcStatus.Message);
    }

    [Fact]
    public async Task A_body_of_almost_20_MiB_is_taken()
    {
        var id = Make.TraceId();
        var span = Make.Span(id);
        for (var i = 0; i < 19; i++) span.Attributes.Add(Make.Attribute("big" + i, new AnyValue { BytesValue = ByteString.CopyFrom(new byte[1 << 20]) }));
        var answer = await _server.Otlp.PostAsync(Make.Request(span).ToByteArray());
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_send()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri(_server.Otlp.Address, "/v1/traces"));
        preflight.Headers.Add("Origin", "https://shop.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        var answer = await _server.Otlp.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal("https://shop.example", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task A_page_of_another_origin_may_not()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri(_server.Otlp.Address, "/v1/traces"));
        preflight.Headers.Add("Origin", "https://elsewhere.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        Assert.False((await _server.Otlp.SendAsync(preflight)).Headers.Contains("Access-Control-Allow-Origin"));
    }

    /// <summary>One good span, and one each with a trace id of 64 bits, none, a span id of 32 bits and of zeros.</summary>
    internal static ExportTraceServiceRequest WithBadIds(string traceId)
    {
        Span Bad(Action<Span> spoil)
        {
            var span = Make.Span(traceId, name: "bad");
            spoil(span);
            return span;
        }

        return Make.Request(
            Bad(s => s.TraceId = Make.Bytes("0102030405060708")),
            Make.Span(traceId, name: "good"),
            Bad(s => s.TraceId = ByteString.Empty),
            Bad(s => s.SpanId = Make.Bytes("01020304")),
            Bad(s => s.SpanId = Make.Bytes("0000000000000000")));
    }

    private static string JsonSpan(string traceId) =>
        $$$"""{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"json"}}]},"scopeSpans":[{"spans":[{"traceId":"{{{traceId.ToUpperInvariant()}}}","spanId":"00000000000000AB","name":"json","kind":"SPAN_KIND_SERVER","startTimeUnixNano":"{{{Make.Now}}}","endTimeUnixNano": {{{Make.Now}}} ,"someday":{"unknown":[1,{}]}}]}]}]}""";
}
