using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Rubato.IntegrationTests.Security;

/// <summary>gRPC calls from bytes to bytes, with any text as the tenant.</summary>
internal static class RawGrpc
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static (byte[] b) => b, static b => b);

    /// <summary>One request; all answers of the stream, one after the other.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public static async Task<byte[]> StreamAsync(Uri address, string service, string name, byte[] request, string? tenant)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var method = new Method<byte[], byte[]>(MethodType.ServerStreaming, service, name, Raw, Raw);
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(method, null, Options(tenant), request);
        return await ReadAsync(call.ResponseStream);
    }

    /// <summary>The same where requests are a stream too.</summary>
    public static async Task<byte[]> DuplexAsync(Uri address, string service, string name, byte[] request, string? tenant)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, name, Raw, Raw);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, Options(tenant));
        try
        {
            await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException)
        {
            // The server ended the call before it read; its status comes with the answers.
        }

        return await ReadAsync(call.ResponseStream);
    }

    /// <summary>A message by hand.</summary>
    public static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true)) write(output);
        return buffer.ToArray();
    }

    public static CodedOutputStream Text(this CodedOutputStream output, int field, string value) => output.Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));

    public static CodedOutputStream Bytes(this CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
        return output;
    }

    public static CodedOutputStream Number(this CodedOutputStream output, int field, ulong value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteUInt64(value);
        return output;
    }

    private static CallOptions Options(string? tenant)
    {
        var headers = new Metadata();
        if (tenant is not null) headers.Add("x-scope-orgid", tenant);
        return new CallOptions(headers, DateTime.UtcNow.AddSeconds(30), TestContext.Current.CancellationToken);
    }

    private static async Task<byte[]> ReadAsync(IAsyncStreamReader<byte[]> answers)
    {
        using var all = new MemoryStream();
        while (await answers.MoveNext(TestContext.Current.CancellationToken)) all.Write(answers.Current);
        return all.ToArray();
    }
}
