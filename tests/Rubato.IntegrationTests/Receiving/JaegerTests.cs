using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.Jaeger;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>Jaeger's four ports of the published server: what clients send comes out of the trace by id, and what is wrong has its answer.</summary>
public sealed class JaegerTests(JaegerTests.JaegerServer shared) : IClassFixture<JaegerTests.JaegerServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly RubatoProcess _server = shared.Server;

    /// <summary>One server with all four ports.</summary>
    public sealed class JaegerServer : IAsyncLifetime
    {
        private RubatoProcess? _server;

        internal RubatoProcess Server => _server!;

        internal static RubatoSettings Settings() => new RubatoSettings()
            .With("distributor.receivers.jaeger.protocols.grpc.endpoint", "127.0.0.1:0")
            .With("distributor.receivers.jaeger.protocols.thrift_http.endpoint", "127.0.0.1:0")
            .With("distributor.receivers.jaeger.protocols.thrift_compact.endpoint", "127.0.0.1:0")
            .With("distributor.receivers.jaeger.protocols.thrift_compact.max_packet_size", "20000")
            .With("distributor.receivers.jaeger.protocols.thrift_binary.endpoint", "127.0.0.1:0");

        public async ValueTask InitializeAsync() => _server = await RubatoProcess.StartAsync(Settings());

        public async ValueTask DisposeAsync()
        {
            if (_server is not null) await _server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("client-udp")]
    [InlineData("client-http")]
    [InlineData("exporter-udp")]
    [InlineData("exporter-http")]
    public async Task Spans_of_Jaegers_clients_for_Node_are_found(string how)
    {
        Requires.NodeClients();
        var service = "jaeger-" + how;
        var address = Listener(how.EndsWith("udp", StringComparison.Ordinal) ? "jaeger-thrift-binary" : "jaeger-thrift-http");
        var start = new ProcessStartInfo("node", ["send-jaeger.js", how, address.Authority, service])
        {
            WorkingDirectory = Requires.RepositoryFolder("tests", "integration-clients"),
        };
        var run = await ProcessRun.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Error);
        var traceId = run.Output.Trim().Split('\n')[^1].PadLeft(32, '0');

        // UDP has no answer to wait for.
        var spans = await FoundAsync(traceId, count: 2);

        var root = Assert.Single(spans, s => s.Span.ParentSpanId.IsEmpty);
        var child = Assert.Single(spans, s => s.Span.ParentSpanId == root.Span.SpanId);
        Assert.All(spans, s => Assert.Equal(service, s.Service));
        // OpenTelemetry's exporter puts what it knows of the resource on each span.
        Assert.All(spans, s => Assert.Equal("north", s.Resource.Attributes.Concat(s.Span.Attributes).Single(a => a.Key == "region").Value.StringValue));
        Assert.Equal(("POST /orders", Otlp.Span.Types.SpanKind.Server), (root.Span.Name, root.Span.Kind));
        // Every number of a client for Node is a double, so that 500 says nothing of the status (spec/wire-formats.md 4: int or text).
        Assert.Equal(500, root.Span.Attributes.Single(a => a.Key == "http.status_code").Value.DoubleValue);
        Assert.Equal(Otlp.Status.Types.StatusCode.Unset, root.Span.Status?.Code ?? Otlp.Status.Types.StatusCode.Unset);
        Assert.True(root.Span.Attributes.Single(a => a.Key == "app.express").Value.BoolValue);
        Assert.Equal(12.5, root.Span.Attributes.Single(a => a.Key == "app.price").Value.DoubleValue);
        Assert.Equal(("charge card", Otlp.Span.Types.SpanKind.Client), (child.Span.Name, child.Span.Kind));
        Assert.Equal(Otlp.Status.Types.StatusCode.Error, child.Span.Status.Code);
        Assert.DoesNotContain(child.Span.Attributes, a => a.Key is "error" or "span.kind");
        var retry = Assert.Single(child.Span.Events, e => e.Name == "retry" || e.Attributes.Any(a => a.Value.StringValue == "retry"));
        Assert.Equal("żółw", retry.Attributes.Single(a => a.Key == "why").Value.StringValue);
        Assert.Equal([traceId], await _server.Api.SearchIdsAsync($$"""{ resource.service.name = "{{service}}" && kind = server }"""));
    }

    [Theory]
    [InlineData("jaeger-grpc", "grpc")]
    [InlineData("jaeger-thrift-http", "http")]
    [InlineData("jaeger-thrift-compact", "udp_thrift_compact")]
    [InlineData("jaeger-thrift-binary", "udp_thrift_binary")]
    public async Task A_batch_comes_out_as_the_sheet_says(string port, string transport)
    {
        var traceId = Make.TraceId();
        var labels = $"receiver=\"jaeger/jaeger_receiver\",transport=\"{transport}\"";
        var before = await _server.Api.MetricAsync("tempo_receiver_accepted_spans", labels);
        var batch = Batch(traceId, port);

        await SendAsync(port, batch);

        var span = Assert.Single(await FoundAsync(traceId, count: 1));
        Assert.Equal(
            ["host.name=h1", "opencensus.exporterversion=Jaeger-Go-2", "service.name=" + port],
            span.Resource.Attributes.Select(a => $"{a.Key}={a.Value.StringValue}").Order());
        Assert.Equal(("GET /cart", Otlp.Span.Types.SpanKind.Client), (span.Span.Name, span.Span.Kind));
        Assert.Equal(("0000000000000003", Otlp.Status.Types.StatusCode.Error, "broken"), (Convert.ToHexStringLower(span.Span.ParentSpanId.Span), span.Span.Status.Code, span.Span.Status.Message));
        Assert.Equal(1_500_000ul, span.Span.EndTimeUnixNano - span.Span.StartTimeUnixNano);
        Assert.Equal(["b=0", "i=7", "s=x"], span.Span.Attributes.Select(a => $"{a.Key}={(a.Value.HasIntValue ? a.Value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture) : a.Value.HasBoolValue ? "0" : a.Value.StringValue)}").Order());
        Assert.Equal("retry", Assert.Single(span.Span.Events).Name);
        Assert.Equal("follows_from", Assert.Single(Assert.Single(span.Span.Links).Attributes).Value.StringValue);
        Assert.Equal(before + 1, await _server.Api.MetricAsync("tempo_receiver_accepted_spans", labels));
    }

    [Fact]
    public async Task A_64_bit_trace_id_is_found_by_its_16_digits()
    {
        var traceId = Make.TraceId()[16..];
        await SendAsync("jaeger-grpc", Batch(traceId.PadLeft(32, '0'), "short"));

        Assert.Single(await _server.Api.TraceAsync(traceId));
    }

    [Theory]
    [InlineData("text/plain", 400, "Unsupported content type: text/plain")]
    [InlineData("", 400, "Cannot parse content type: ")]
    [InlineData("application/x-thrift", 400, "Unable to process request body: malformed Thrift at byte ")]
    [InlineData("application/vnd.apache.thrift.binary; charset=binary", 400, "Unable to process request body: malformed Thrift at byte ")]
    public async Task Thrift_over_http_that_cannot_be_read_is_400(string contentType, int status, string text)
    {
        var answer = await JaegerSenders.HttpAsync(Listener("jaeger-thrift-http"), [0x0C, 0, 1, 0x0B, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF], contentType);

        Assert.Equal(status, (int)answer.Status);
        Assert.StartsWith(text, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thrift_over_http_takes_gzip_and_knows_its_methods_and_limits()
    {
        var address = Listener("jaeger-thrift-http");
        var traceId = Make.TraceId();
        var answer = await JaegerSenders.HttpAsync(address, Gzip(JaegerThriftWriter.Body(Batch(traceId, "zipped"))), encoding: "gzip");
        Assert.Equal((HttpStatusCode.Accepted, ""), answer);
        Assert.Single(await _server.Api.TraceAsync(traceId));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await JaegerSenders.HttpAsync(address, [], method: HttpMethod.Get)).Status);
        var bomb = await JaegerSenders.HttpAsync(address, Gzip(new byte[30 << 20]), encoding: "gzip");
        Assert.Equal((HttpStatusCode.BadRequest, "Unable to process request body: http: request body too large"), bomb);
    }

    [Fact]
    public async Task Grpc_says_what_is_wrong()
    {
        var address = Listener("jaeger-grpc");
        var malformed = await Assert.ThrowsAsync<RpcException>(() => JaegerSenders.GrpcAsync(address, [0x0A, 0x7F]));
        Assert.Equal(StatusCode.Internal, malformed.StatusCode);
        Assert.Contains("malformed PostSpansRequest", malformed.Status.Detail, StringComparison.Ordinal);

        var noId = new JaegerBatch(new JaegerProcess("s", []), [new JaegerSpan { SpanId = 0 }]);
        var refused = await Assert.ThrowsAsync<RpcException>(() => JaegerSenders.GrpcAsync(address, JaegerProtoWriter.Write(noId)));
        Assert.Equal((StatusCode.InvalidArgument, "span ids must be 64 bit and not all zero, received 0 bits"), (refused.StatusCode, refused.Status.Detail));
    }

    [Fact]
    public async Task Packets_that_cannot_be_kept_are_counted_with_their_reason()
    {
        var compact = Listener("jaeger-thrift-compact");
        var good = JaegerThriftWriter.Packet(Batch(Make.TraceId(), "udp"), isCompact: true);
        (string Reason, byte[] Packet)[] bad =
        [
            ("malformed", good[..^20]),
            ("malformed", JaegerThriftWriter.Packet(Batch(Make.TraceId(), "udp"), isCompact: false)),
            ("not_supported", JaegerThriftWriter.Packet(Batch(Make.TraceId(), "udp"), isCompact: true, call: "emitZipkinBatch")),
            ("too_large", new byte[20_001]),
            ("refused", JaegerThriftWriter.Packet(new JaegerBatch(new JaegerProcess("s", []), [new JaegerSpan { SpanId = 0 }]), isCompact: true)),
        ];
        foreach (var (reason, packet) in bad)
        {
            var labels = $"transport=\"udp_thrift_compact\",reason=\"{reason}\"";
            var before = await _server.Api.MetricAsync("rubato_jaeger_udp_dropped_packets_total", labels);
            await JaegerSenders.UdpAsync(compact, packet);
            await Within.Get(Soon, () => _server.Api.MetricAsync("rubato_jaeger_udp_dropped_packets_total", labels), n => n == before + 1, reason);
        }

        // And none of them has ended the port.
        var traceId = Make.TraceId();
        await SendAsync("jaeger-thrift-compact", Batch(traceId, "udp"));
        await FoundAsync(traceId, count: 1);
    }

    [Fact]
    public async Task With_tenants_each_protocol_needs_one()
    {
        await using var server = await RubatoProcess.StartAsync(JaegerServer.Settings().With("multitenancy_enabled", "true"));
        var listeners = server.Log.Listeners();
        var traceId = Make.TraceId();
        var batch = Batch(traceId, "tenants");

        var grpc = await Assert.ThrowsAsync<RpcException>(() => JaegerSenders.GrpcAsync(listeners["jaeger-grpc"], JaegerProtoWriter.Write(batch)));
        Assert.Equal((StatusCode.Unauthenticated, "no org id"), (grpc.StatusCode, grpc.Status.Detail));
        var http = await JaegerSenders.HttpAsync(listeners["jaeger-thrift-http"], JaegerThriftWriter.Body(batch));
        Assert.Equal((HttpStatusCode.InternalServerError, "Cannot submit Jaeger batch: no org id"), http);
        await JaegerSenders.UdpAsync(listeners["jaeger-thrift-compact"], JaegerThriftWriter.Packet(batch, isCompact: true));
        await Within.Get(Soon, () => server.Api.MetricAsync("rubato_jaeger_udp_dropped_packets_total", "reason=\"no_tenant\""), n => n == 1, "dropped");

        await JaegerSenders.GrpcAsync(listeners["jaeger-grpc"], JaegerProtoWriter.Write(batch), "a");
        Assert.Equal(HttpStatusCode.Accepted, (await JaegerSenders.HttpAsync(listeners["jaeger-thrift-http"], JaegerThriftWriter.Body(batch), tenant: "b")).Status);
        Assert.Single(await server.Api.TraceAsync(traceId, "a"));
        Assert.Single(await server.Api.TraceAsync(traceId, "b"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Api.GetAsync("/api/traces/" + traceId, tenant: "c")).Status);
    }

    private static JaegerBatch Batch(string traceId, string service)
    {
        var high = Convert.ToUInt64(traceId[..16], 16);
        var low = Convert.ToUInt64(traceId[16..], 16);
        return new JaegerBatch(
            new JaegerProcess(service, [new("hostname", "h1"), new("jaeger.version", "Go-2")]),
            [
                new JaegerSpan
                {
                    TraceHigh = high, TraceLow = low, SpanId = 2, Name = "GET /cart", Start = (long)(Make.Now / 1000), Duration = 1500,
                    References = [new JaegerReference(false, high, low, 3), new JaegerReference(true, 1, 2, 4)],
                    Tags = [new("span.kind", "client"), new("error", true), new("otel.status_description", "broken"), new("s", "x"), new("i", 7L), new("b", false)],
                    Logs = [new JaegerLog((long)(Make.Now / 1000), [new("event", "retry"), new("n", 2L)])],
                },
            ]);
    }

    private async Task SendAsync(string port, JaegerBatch batch)
    {
        var address = Listener(port);
        switch (port)
        {
            case "jaeger-grpc":
                Assert.Empty(await JaegerSenders.GrpcAsync(address, JaegerProtoWriter.Write(batch)));
                break;
            case "jaeger-thrift-http":
                Assert.Equal((HttpStatusCode.Accepted, ""), await JaegerSenders.HttpAsync(address, JaegerThriftWriter.Body(batch)));
                break;
            default:
                await JaegerSenders.UdpAsync(address, JaegerThriftWriter.Packet(batch, isCompact: port == "jaeger-thrift-compact"));
                break;
        }
    }

    private async Task<IReadOnlyList<FoundSpan>> FoundAsync(string traceId, int count)
    {
        await Within.Get(Soon, () => _server.Api.GetAsync("/api/v2/traces/" + traceId, "application/protobuf"), a => a.Status == HttpStatusCode.OK, "trace " + traceId);
        return await Within.Get(Soon, () => _server.Api.TraceAsync(traceId), spans => spans.Count == count, $"{count} spans of {traceId}");
    }

    private Uri Listener(string name) => _server.Log.Listeners()[name];

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest)) gzip.Write(bytes);
        return output.ToArray();
    }
}
