using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Rubato.IntegrationTests.Answers;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Harness;

/// <summary>Posts to the OTLP/HTTP receiver, exactly the bytes and headers that a test asks for.</summary>
internal sealed class OtlpHttp(Uri address) : IDisposable
{
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Uri Address => address;

    /// <summary>Sends and expects that every span is accepted.</summary>
    public async Task SendAsync(ExportTraceServiceRequest request, string? tenant = null)
    {
        var answer = await PostAsync(request.ToByteArray(), tenant: tenant);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Empty(answer.Body);
    }

    public Task SendAsync(params Span[] spans) => SendAsync(Make.Request(spans));

    public async Task<OtlpAnswer> PostAsync(
        byte[] body, string? contentType = Protobuf, string? encoding = null, string? tenant = null, HttpMethod? method = null, string path = "/v1/traces")
    {
        using var message = new HttpRequestMessage(method ?? HttpMethod.Post, new Uri(address, path));
        message.Content = new ByteArrayContent(body);
        if (contentType is not null) message.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null) message.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        if (tenant is not null) message.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        return await SendAsync(message);
    }

    public Task<OtlpAnswer> PostJsonAsync(string json) => PostAsync(System.Text.Encoding.UTF8.GetBytes(json), Json);

    public async Task<OtlpAnswer> SendAsync(HttpRequestMessage message)
    {
        using var response = await _client.SendAsync(message, TestContext.Current.CancellationToken);
        return new OtlpAnswer(
            response.StatusCode,
            response.Content.Headers.ContentType,
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            response.Headers);
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>What the receiver answered.</summary>
internal sealed record OtlpAnswer(HttpStatusCode Status, MediaTypeHeaderValue? ContentType, byte[] Body, HttpResponseHeaders Headers)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public RpcStatus RpcStatus => RpcStatus.Parser.ParseFrom(Body);

    public ExportTracePartialSuccess PartialSuccess => ExportTraceServiceResponse.Parser.ParseFrom(Body).PartialSuccess;

    public override string ToString() => $"{(int)Status} {ContentType}: {Text}";
}
