using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Rubato.IntegrationTests.Harness;

/// <summary>Sends ready bytes to Jaeger's ports: no Jaeger gRPC client and no sender of compact packets could be had, so these are ours.</summary>
internal static class JaegerSenders
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static (byte[] b) => b, static b => b);

    private static readonly Method<byte[], byte[]> PostSpans = new(MethodType.Unary, "jaeger.api_v2.CollectorService", "PostSpans", Raw, Raw);

    public static async Task<byte[]> GrpcAsync(Uri address, byte[] request, string? tenant = null)
    {
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxSendMessageSize = null });
        var headers = new Metadata();
        if (tenant is not null) headers.Add("x-scope-orgid", tenant);
        return await channel.CreateCallInvoker().AsyncUnaryCall(
            PostSpans, null, new CallOptions(headers, DateTime.UtcNow.AddSeconds(60), TestContext.Current.CancellationToken), request);
    }

    public static async Task<(HttpStatusCode Status, string Text)> HttpAsync(
        Uri address, byte[] body, string contentType = "application/x-thrift", string? encoding = null, string? tenant = null, HttpMethod? method = null)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var message = new HttpRequestMessage(method ?? HttpMethod.Post, new Uri(address, "/api/traces?format=jaeger.thrift"));
        if (message.Method == HttpMethod.Post)
        {
            message.Content = new ByteArrayContent(body);
            if (contentType.Length > 0) message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            if (encoding is not null) message.Content.Headers.ContentEncoding.Add(encoding);
        }

        if (tenant is not null) message.Headers.Add("X-Scope-OrgID", tenant);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static async Task UdpAsync(Uri address, byte[] packet)
    {
        using var client = new UdpClient(AddressFamily.InterNetwork);
        await client.SendAsync(packet, new IPEndPoint(IPAddress.Parse(address.Host), address.Port), TestContext.Current.CancellationToken);
    }
}
