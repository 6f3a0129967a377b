using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Rubato.IntegrationTests.Answers;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Security;

namespace Rubato.IntegrationTests.Asking;

/// <summary><c>POST /api/rubato/convert</c>.</summary>
public sealed class ConvertTests(SharedServer shared)
{
    private const string Path = "/api/rubato/convert";

    private const string Jaeger =
        """{"data":[{"traceID":"c0f1","spans":[{"traceID":"c0f1","spanID":"a","operationName":"GET /","startTime":1700000000000000,"duration":90,"processID":"p1"}],"processes":{"p1":{"serviceName":"front"}}}]}""";

    private const string Zipkin = """[{"traceId":"c0f1","id":"a","name":"GET /","timestamp":1700000000000000,"duration":90,"localEndpoint":{"serviceName":"front"}}]""";

    private const string Otlp =
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"front"}}]},"scopeSpans":[{"spans":[{"traceId":"0000000000000000000000000000c0f1","spanId":"000000000000000a","name":"GET /","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000090000"}]}]}]}""";

    [Theory]
    [InlineData(Jaeger)]
    [InlineData(Zipkin)]
    [InlineData(Otlp)]
    public async Task Every_format_becomes_the_same_trace_and_nothing_is_stored(string file)
    {
        var json = await PostAsync(shared.Server, file);
        var protobuf = await PostAsync(shared.Server, file, accept: "application/protobuf");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (json.Status, protobuf.Status));
        foreach (var batches in new[] { JsonParser.Default.Parse<Trace>(json.Text).Batches, Trace.Parser.ParseFrom(protobuf.Body).Batches })
        {
            var found = Assert.Single(FoundSpan.All(batches));
            Assert.Equal(("0000000000000000000000000000c0f1", "GET /"), (Convert.ToHexStringLower(found.Span.TraceId.Span), found.Span.Name));
            Assert.Equal((1_700_000_000_000_000_000ul, 1_700_000_000_000_090_000ul), (found.Span.StartTimeUnixNano, found.Span.EndTimeUnixNano));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await shared.Server.Api.GetAsync("/api/traces/c0f1")).Status);
    }

    [Fact]
    public async Task What_the_server_answers_for_a_trace_it_takes_back()
    {
        var id = Make.TraceId();
        await shared.Server.Otlp.PostAsync(Make.Request(Make.Span(id, name: "kept")).ToByteArray());
        var kept = await shared.Server.Api.TextAsync("/api/traces/" + id);

        var answer = await PostAsync(shared.Server, kept);

        Assert.Equal(kept, answer.Text);
    }

    [Fact]
    public async Task A_bad_file_and_a_wrong_method_are_refused_in_words()
    {
        var bad = await PostAsync(shared.Server, """{"data":[{"traceID":"1","spans":[{"spanID":"no"}]}]}""");

        Assert.Equal((HttpStatusCode.BadRequest, "text/plain"), (bad.Status, bad.ContentType));
        Assert.Equal("invalid Jaeger JSON: data[0].spans[0].spanID: expected 1 to 16 hexadecimal digits, found \"no\"", bad.Text);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await shared.Server.Api.GetAsync(Path)).Status);
    }

    [Fact]
    public async Task The_limit_is_the_configurations_and_a_reader_may_convert()
    {
        using var files = new TestFolder();
        var logins = System.IO.Path.Combine(files.Path, "logins.yaml");
        await File.WriteAllTextAsync(logins, Logins.User("ann", "[read]") + Logins.Entry("sender", "[write]", null), TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("http_api_prefix", "/tempo").With("query_frontend.max_convert_bytes", "1000").With("server.auth.file", logins));

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(server, Jaeger, path: "/tempo" + Path, login: "ann")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(server, Jaeger, path: "/tempo" + Path, login: "sender")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(server, Jaeger, path: "/tempo" + Path)).Status);
        var large = await PostAsync(server, Jaeger + new string(' ', 1000), path: "/tempo" + Path, login: "ann");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "the body is larger than query_frontend.max_convert_bytes allows (1000 bytes)"), (large.Status, large.Text));
    }

    private static async Task<ApiAnswer> PostAsync(RubatoProcess server, string file, string path = Path, string? accept = null, string? login = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http, path)) { Content = new StringContent(file, Encoding.UTF8, "application/json") };
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (login is not null) request.Headers.TryAddWithoutValidation("Authorization", Logins.Basic(login, "secret"));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), null);
    }
}
