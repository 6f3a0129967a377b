using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Rubato.Ingest.Receivers;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>OTLP/gRPC: success, partial success, compression, and the status of each refusal (spec/limits-and-overrides.md 2.2).</summary>
public sealed class OtlpGrpcTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    [Fact]
    public async Task A_success_is_an_empty_message()
    {
        var id = Make.TraceId();
        var answer = await _server.Grpc.SendAsync(Make.Span(id, 1), Make.Span(id, 2, parent: 1));
        Assert.Equal(new ExportTraceServiceResponse(), answer);
        Assert.Equal(2, (await _server.Api.TraceAsync(id)).Count);
    }

    [Fact]
    public async Task Bad_ids_are_reported_by_partial_success()
    {
        var id = Make.TraceId();
        var answer = await _server.Grpc.SendAsync(OtlpHttpTests.WithBadIds(id));
        Assert.Equal(4, answer.PartialSuccess.RejectedSpans);
        Assert.StartsWith("trace ids must be 128 bit", answer.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single(await _server.Api.TraceAsync(id)).Span.Name);
    }

    [Fact]
    public async Task A_request_without_any_good_span_is_invalid()
    {
        var span = Make.Span(Make.TraceId());
        span.TraceId = Make.Bytes("0102");
        var error = await Assert.ThrowsAsync<RpcException>(() => _server.Grpc.SendAsync(span));
        Assert.Equal((StatusCode.InvalidArgument, "trace ids must be 128 bit, received 16 bits"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task Malformed_bytes_are_an_internal_error_as_in_Tempo()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _server.Grpc.SendRawAsync([0x0A, 0xFF, 0xFF]));
        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.NotEmpty(error.Status.Detail);
    }

    [Fact]
    public async Task A_message_of_more_than_4_MiB_is_refused()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _server.Grpc.SendRawAsync(new byte[(4 << 20) + 1]));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task The_connection_lives_on_after_refusals()
    {
        await Assert.ThrowsAsync<RpcException>(() => _server.Grpc.SendRawAsync([0x0A, 0xFF]));
        await Assert.ThrowsAsync<RpcException>(() => _server.Grpc.SendRawAsync(new byte[(4 << 20) + 1]));
        var id = Make.TraceId();
        await _server.Grpc.SendAsync(Make.Span(id));
        Assert.Single(await _server.Api.TraceAsync(id));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("snappy")]
    public async Task Compressed_messages_arrive(string encoding)
    {
        using var channel = GrpcChannel.ForAddress(_server.OtlpGrpcAddress, new GrpcChannelOptions
        {
            CompressionProviders = [new GzipCompressionProvider(CompressionLevel.Fastest), new ZstdGrpcCompression(), new SnappyGrpcCompression()],
        });
        var id = Make.TraceId();
        var request = Make.Request(Enumerable.Range(1, 100).Select(i => Make.Span(id, (ulong)i)).ToArray());
        await new TraceService.TraceServiceClient(channel).ExportAsync(
            request, new Metadata { { "grpc-internal-encoding-request", encoding } }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(100, (await _server.Api.TraceAsync(id)).Count);
    }

    [Fact]
    public async Task A_message_that_grows_beyond_the_limit_is_refused()
    {
        using var channel = GrpcChannel.ForAddress(_server.OtlpGrpcAddress, new GrpcChannelOptions { MaxSendMessageSize = null });
        var span = Make.Span(Make.TraceId());
        span.Attributes.Add(Make.Attribute("zeros", new AnyValue { BytesValue = ByteString.CopyFrom(new byte[64 << 20]) }));
        var error = await Assert.ThrowsAsync<RpcException>(async () => await new TraceService.TraceServiceClient(channel).ExportAsync(
            Make.Request(span), new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task An_unknown_method_is_unimplemented()
    {
        using var channel = GrpcChannel.ForAddress(_server.OtlpGrpcAddress);
        var bytes = Marshallers.Create(static (byte[] b) => b, static b => b);
        var unknown = new Method<byte[], byte[]>(MethodType.Unary, "opentelemetry.proto.collector.logs.v1.LogsService", "Export", bytes, bytes);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken), []));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }
}
