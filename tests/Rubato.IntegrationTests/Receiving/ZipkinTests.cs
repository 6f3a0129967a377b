using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.Zipkin;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>Zipkin's port of the published server: what clients send comes out of the trace by id, and what is wrong has its answer.</summary>
public sealed class ZipkinTests(ZipkinTests.ZipkinServer shared) : IClassFixture<ZipkinTests.ZipkinServer>
{
    private readonly RubatoProcess _server = shared.Server;

    private Uri Address => _server.Log.Listeners()["zipkin"];

    /// <summary>One server with the port.</summary>
    public sealed class ZipkinServer : IAsyncLifetime
    {
        private RubatoProcess? _server;

        internal RubatoProcess Server => _server!;

        public async ValueTask InitializeAsync() => _server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("distributor.receivers.zipkin.endpoint", "127.0.0.1:0").With("distributor.receivers.zipkin.max_request_body_size", "1000000")
            .With("overrides.defaults.ingestion.burst_size_bytes", "900000"));

        public async ValueTask DisposeAsync()
        {
            if (_server is not null) await _server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("library")]
    [InlineData("exporter")]
    public async Task Spans_of_clients_for_Node_are_found(string how)
    {
        Requires.NodeClients();
        var service = "zipkin-" + how;
        var start = new ProcessStartInfo("node", ["send-zipkin.js", how, Address.Authority, service])
        {
            WorkingDirectory = Requires.RepositoryFolder("tests", "integration-clients"),
        };
        var run = await ProcessRun.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Error);
        var traceId = run.Output.Trim().Split('\n')[^1].PadLeft(32, '0');

        var spans = await _server.Api.TraceAsync(traceId);

        Assert.Equal(2, spans.Count);
        Assert.All(spans, s => Assert.Equal(service, s.Service));
        var root = Assert.Single(spans, s => s.Span.ParentSpanId.IsEmpty);
        var child = Assert.Single(spans, s => s.Span.ParentSpanId == root.Span.SpanId);
        Assert.Equal(("post /orders", Otlp.Span.Types.SpanKind.Server, Otlp.Status.Types.StatusCode.Error), (root.Span.Name, root.Span.Kind, root.Span.Status.Code));
        Assert.Equal(("charge card", Otlp.Span.Types.SpanKind.Client), (child.Span.Name, child.Span.Kind));
        Assert.Equal("bank", child.Span.Attributes.Single(a => a.Key == "peer.service").Value.StringValue);
        Assert.Contains("retry: żółw", child.Span.Events.Select(e => e.Name));
    }

    [Fact]
    public async Task Spans_of_the_OpenTelemetry_exporter_for_NET_are_found()
    {
        const string service = "zipkin-dotnet";
        string traceId;
        using (var source = new ActivitySource("zipkin-tests"))
#pragma warning disable CS0618 // Obsolete, as Zipkin's users know; they send with it all the same.
        using (Sdk.CreateTracerProviderBuilder().AddSource("zipkin-tests").ConfigureResource(r => r.AddService(service))
            .AddZipkinExporter(o =>
            {
                o.Endpoint = new Uri(Address, "/api/v2/spans");
                o.ExportProcessorType = ExportProcessorType.Simple;
            }).Build())
#pragma warning restore CS0618
        {
            using var root = source.StartActivity("get /", ActivityKind.Server)!;
            root.SetTag("http.route", "/{id}");
            root.AddEvent(new ActivityEvent("tick"));
            root.SetStatus(ActivityStatusCode.Error, "broken");
            traceId = root.TraceId.ToString();
        }

        var span = Assert.Single(await _server.Api.TraceAsync(traceId));
        Assert.Equal((service, "get /", Otlp.Span.Types.SpanKind.Server, Otlp.Status.Types.StatusCode.Error), (span.Service, span.Span.Name, span.Span.Kind, span.Span.Status.Code));
        Assert.Equal("/{id}", span.Span.Attributes.Single(a => a.Key == "http.route").Value.StringValue);
        Assert.Equal("tick", Assert.Single(span.Span.Events).Name);
    }

    public static TheoryData<string, string> Forms => new() { { "json", "" }, { "json", "gzip" }, { "json", "zlib" }, { "proto", "" }, { "proto", "gzip" } };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Both_encodings_come_out_as_the_sheet_says(string form, string encoding)
    {
        var traceId = Make.TraceId();
        var span = new ZipkinModel
        {
            TraceHigh = Convert.ToUInt64(traceId[..16], 16), TraceLow = Convert.ToUInt64(traceId[16..], 16), Id = 0xcd, Kind = "SERVER", Name = "get", Duration = 1500,
            Timestamp = (long)(Make.Now / 1000), Local = new ZipkinHost("svc-z", "10.0.0.1", "", 80), Remote = new ZipkinHost("peer", "", "", 0),
            Annotations = [((long)(Make.Now / 1000), "tick")], Tags = [("error", "true"), ("http.path", "/x"), ("otel.library.name", "lib")],
        };
        var before = await _server.Api.MetricAsync("tempo_receiver_accepted_spans", $"transport=\"http_v2_{form}\"");

        var answer = await PostAsync(
            "/api/v2/spans", form == "json" ? ZipkinJsonWriter.Write([span]) : ZipkinProtoWriter.Write([span]), form == "json" ? "application/json" : "application/x-protobuf", encoding);

        Assert.Equal((HttpStatusCode.Accepted, ""), answer);
        var found = Assert.Single(await _server.Api.TraceAsync(traceId));
        Assert.Equal(("svc-z", "lib", Otlp.Status.Types.StatusCode.Error), (found.Service, found.Scope.Name, found.Span.Status.Code));
        Assert.Equal(["http.path", "net.host.ip", "net.host.port", "peer.service"], found.Span.Attributes.Select(a => a.Key).Order());
        Assert.Equal(1_500_000ul, found.Span.EndTimeUnixNano - found.Span.StartTimeUnixNano);
        Assert.Equal(before + 1, await _server.Api.MetricAsync("tempo_receiver_accepted_spans", $"transport=\"http_v2_{form}\""));
    }

    [Fact]
    public async Task A_64_bit_id_is_found_by_its_short_form_and_version_1_is_read()
    {
        var id = Make.TraceId()[..16];
        var json = $$$"""[{"traceId":"{{{id}}}","id":"00000000000000cd","name":"old","annotations":[{"timestamp":{{{Make.Now / 1000}}},"value":"sr","endpoint":{"serviceName":"svc-v1","ipv4":"10.0.0.9"}}],"binaryAnnotations":[{"key":"http.path","value":"/v1"}]}]""";
        Assert.Equal((HttpStatusCode.Accepted, ""), await PostAsync("/api/v1/spans", Encoding.UTF8.GetBytes(json), "application/json"));
        var span = Assert.Single(await _server.Api.TraceAsync(id));
        Assert.Equal(("svc-v1", "old", Otlp.Span.Types.SpanKind.Server), (span.Service, span.Span.Name, span.Span.Kind));
    }

    [Theory]
    [InlineData("/api/v2/spans", "application/json", "[]", HttpStatusCode.Accepted, "")]
    [InlineData("/api/v2/spans", "application/json", "[{\"id\":\"1\"}]", HttpStatusCode.BadRequest, "valid traceId required\n")]
    [InlineData("/anything", "text/plain", "no json", HttpStatusCode.BadRequest, "malformed JSON")]
    [InlineData("/api/v2/spans", "application/x-protobuf", "no proto", HttpStatusCode.BadRequest, "malformed protobuf")]
    [InlineData("/api/v1/spans", "application/x-thrift", "no thrift", HttpStatusCode.BadRequest, "zipkinv1: malformed Thrift")]
    [InlineData("/api/v1/spans", "application/json", "[{}]", HttpStatusCode.BadRequest, "zipkinV1 span traceId")]
    public async Task What_cannot_be_read_is_told(string path, string contentType, string body, HttpStatusCode status, string text)
    {
        var answer = await PostAsync(path, Encoding.UTF8.GetBytes(body), contentType);
        Assert.Equal(status, answer.Status);
        Assert.StartsWith(text, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_and_a_request_over_the_rate_are_refused()
    {
        Assert.Equal((HttpStatusCode.BadRequest, "http: request body too large\n"), await PostAsync("/api/v2/spans", new byte[64 << 20], "application/json", "gzip"));
        var large = new ZipkinModel { Timestamp = (long)(Make.Now / 1000), Tags = [("x", new string('x', 950_000))] };
        Assert.Equal((HttpStatusCode.InternalServerError, "\"Internal Server Error\""), await PostAsync("/api/v2/spans", ZipkinJsonWriter.Write([large]), "application/json"));
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(string path, byte[] body, string contentType, string encoding = "")
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path));
        message.Content = new ByteArrayContent(Compress(body, encoding));
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding.Length > 0) message.Content.Headers.ContentEncoding.Add(encoding);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static byte[] Compress(byte[] body, string encoding)
    {
        if (encoding.Length == 0) return body;
        using var packed = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(body);
        return packed.ToArray();
    }
}
