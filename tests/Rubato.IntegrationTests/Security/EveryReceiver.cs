using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.Jaeger;

namespace Rubato.IntegrationTests.Security;

/// <summary>Every TCP receiver of a server, as one list: what it is called, and how one span goes there as a tenant.</summary>
internal static class EveryReceiver
{
    public static RubatoSettings Settings() => new RubatoSettings()
        .With("distributor.receivers.jaeger.protocols.grpc.endpoint", "127.0.0.1:0")
        .With("distributor.receivers.jaeger.protocols.thrift_http.endpoint", "127.0.0.1:0")
        .With("distributor.receivers.jaeger.protocols.thrift_compact.endpoint", "127.0.0.1:0")
        .With("distributor.receivers.jaeger.protocols.thrift_binary.endpoint", "127.0.0.1:0")
        .With("distributor.receivers.zipkin.endpoint", "127.0.0.1:0")
        .With("distributor.receivers.opencensus.endpoint", "127.0.0.1:0");

    public static readonly string[] Names = ["otlp-http", "otlp-grpc", "jaeger-grpc", "jaeger-thrift-http", "zipkin", "opencensus"];

    /// <summary>Sends a span of the service. Gives "ok", or the status in the receiver's protocol and its text.</summary>
    public static async Task<string> SendAsync(RubatoProcess server, string name, string traceId, string service, string? tenant)
    {
        var address = server.Log.Listeners()[name];
        try
        {
            switch (name)
            {
                case "otlp-http":
                    var otlp = await server.Otlp.PostAsync(Make.Request(service, [Span(traceId, service)]).ToByteArray(), tenant: tenant);
                    return Answer(otlp.Status, otlp.Text);
                case "otlp-grpc":
                    await server.Grpc.SendAsync(Make.Request(service, [Span(traceId, service)]), tenant);
                    return "ok";
                case "jaeger-grpc":
                    await JaegerSenders.GrpcAsync(address, JaegerProtoWriter.Write(Batch(traceId, service)), tenant);
                    return "ok";
                case "jaeger-thrift-http":
                    var jaeger = await JaegerSenders.HttpAsync(address, JaegerThriftWriter.Body(Batch(traceId, service)), tenant: tenant);
                    return Answer(jaeger.Status, jaeger.Text);
                case "zipkin":
                    return await ZipkinAsync(address, traceId, service, tenant);
                default:
                    await RawGrpc.DuplexAsync(address, "opencensus.proto.agent.trace.v1.TraceService", "Export", OpenCensus(traceId, service), tenant);
                    return "ok";
            }
        }
        catch (RpcException e)
        {
            return $"{e.StatusCode}: {e.Status.Detail}";
        }
    }

    /// <summary>A batch of Jaeger with a tag of the service.</summary>
    public static JaegerBatch Batch(string traceId, string service) => new(
        new JaegerProcess(service, []),
        [
            new JaegerSpan
            {
                TraceHigh = Convert.ToUInt64(traceId[..16], 16), TraceLow = Convert.ToUInt64(traceId[16..], 16), SpanId = 2, Name = service + " work",
                Start = (long)(Make.Now / 1000) - 1_000_000, Duration = 1500, Tags = [new(service + ".key", service + " value")],
            },
        ]);

    private static Otlp.Span Span(string traceId, string service) =>
        Make.Span(traceId, name: service + " work", attributes: Make.Attribute(service + ".key", service + " value"));

    private static async Task<string> ZipkinAsync(Uri address, string traceId, string service, string? tenant)
    {
        var micros = (long)(Make.Now / 1000) - 1_000_000;
        var json = $$$"""
            [{"traceId":"{{{traceId}}}","id":"0000000000000002","name":"{{{service}}} work","timestamp":{{{micros}}},"duration":1500,
              "localEndpoint":{"serviceName":"{{{service}}}"},"tags":{"{{{service}}}.key":"{{{service}}} value"}}]
            """;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/api/v2/spans"));
        message.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        if (tenant is not null) message.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        return Answer(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>ExportTraceServiceRequest of opencensus-proto: node 1 (service_info 3: name 1), spans 2.</summary>
    private static byte[] OpenCensus(string traceId, string service)
    {
        var seconds = Make.Now / 1_000_000_000 - 1;
        return RawGrpc.Message(request => request
            .Bytes(1, RawGrpc.Message(node => node.Bytes(3, RawGrpc.Message(info => info.Text(1, service)))))
            .Bytes(2, RawGrpc.Message(span => span
                .Bytes(1, Convert.FromHexString(traceId))
                .Bytes(2, [0, 0, 0, 0, 0, 0, 0, 2])
                .Bytes(4, RawGrpc.Message(text => text.Text(1, service + " work")))
                .Bytes(5, RawGrpc.Message(time => time.Number(1, seconds)))
                .Bytes(6, RawGrpc.Message(time => time.Number(1, seconds).Number(2, 5_000_000)))
                .Bytes(7, RawGrpc.Message(attributes => attributes.Bytes(1, RawGrpc.Message(entry => entry
                    .Text(1, service + ".key")
                    .Bytes(2, RawGrpc.Message(value => value.Bytes(1, RawGrpc.Message(text => text.Text(1, service + " value")))))))))
            )));
    }

    private static string Answer(HttpStatusCode status, string text) => (int)status is >= 200 and < 300 ? "ok" : $"{(int)status}: {text}";
}
