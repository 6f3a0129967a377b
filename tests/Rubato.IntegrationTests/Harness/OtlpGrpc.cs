using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Rubato.IntegrationTests.Answers;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Harness;

/// <summary>Calls the OTLP/gRPC receiver, with messages or with raw bytes.</summary>
internal sealed class OtlpGrpc : IDisposable
{
    private static readonly Method<byte[], byte[]> RawExport = new(
        MethodType.Unary, "opentelemetry.proto.collector.trace.v1.TraceService", "Export",
        Marshallers.Create(static (byte[] b) => b, static b => b), Marshallers.Create(static (byte[] b) => b, static b => b));

    private readonly GrpcChannel _channel;

    public OtlpGrpc(Uri address)
    {
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxSendMessageSize = null });
        Client = new TraceService.TraceServiceClient(_channel);
    }

    public TraceService.TraceServiceClient Client { get; }

    public async Task<ExportTraceServiceResponse> SendAsync(ExportTraceServiceRequest request, string? tenant = null, string? compression = null) =>
        await Client.ExportAsync(request, Headers(tenant, compression), DateTime.UtcNow.AddSeconds(60), TestContext.Current.CancellationToken);

    public Task<ExportTraceServiceResponse> SendAsync(params Span[] spans) => SendAsync(Make.Request(spans));

    /// <summary>The bytes go out as they are.</summary>
    public async Task<byte[]> SendRawAsync(byte[] message) => await _channel.CreateCallInvoker()
        .AsyncUnaryCall(RawExport, null, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(60), cancellationToken: TestContext.Current.CancellationToken), message);

    /// <summary>The details of an error, from the trailer that gRPC keeps for them.</summary>
    public static RetryInfo? RetryInfoOf(RpcException error)
    {
        if (error.Trailers.GetValueBytes("grpc-status-details-bin") is not { } bytes) return null;
        var detail = RpcStatus.Parser.ParseFrom(bytes).Details.FirstOrDefault(d => d.TypeUrl == "type.googleapis.com/google.rpc.RetryInfo");
        return detail is null ? null : RetryInfo.Parser.ParseFrom(detail.Value);
    }

    public void Dispose() => _channel.Dispose();

    private static Metadata Headers(string? tenant, string? compression)
    {
        var headers = new Metadata();
        if (tenant is not null) headers.Add("x-scope-orgid", tenant);
        if (compression is not null) headers.Add("grpc-internal-encoding-request", compression);
        return headers;
    }
}
