using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Security;

/// <summary>TLS and mutual TLS on the ports, against the platform's own TLS clients.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Otlp = "distributor.receivers.otlp.protocols.";

    private readonly TestFolder _folder = new();
    private readonly Certificates _good = new("good authority");
    private readonly Certificates _other = new("other authority");

    public TlsTests()
    {
        _good.Write("server-one", _folder.File("cert.pem"), _folder.File("key.pem"));
        File.WriteAllText(_folder.File("ca.pem"), _good.Authority.ExportCertificatePem());
    }

    public void Dispose()
    {
        _good.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Spans_over_tls_and_nothing_without()
    {
        await using var server = await RubatoProcess.StartAsync(WithServerCertificate(new RubatoSettings(), Otlp + "grpc.tls.", Otlp + "http.tls."));
        Assert.Equal(("https", "https", "http"), (server.OtlpHttpAddress.Scheme, server.OtlpGrpcAddress.Scheme, server.Http.Scheme));
        var (http, grpc) = (Make.TraceId(), Make.TraceId());
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server.OtlpHttpAddress, http, null));
        await SendAsync(server.OtlpGrpcAddress, grpc, null);
        Assert.Single(await server.Api.TraceAsync(http));
        Assert.Single(await server.Api.TraceAsync(grpc));

        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(Plain(server.OtlpHttpAddress), http, null));
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => SendAsync(Plain(server.OtlpGrpcAddress), grpc, null))).StatusCode);
        // TLS to the plain port.
        var tlsToPlain = new UriBuilder(server.Http) { Scheme = "https" }.Uri;
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(tlsToPlain, http, null));
        await GarbageAsync(server.OtlpHttpAddress);
        await GarbageAsync(server.OtlpGrpcAddress);
        await GarbageAsync(server.Http);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server.OtlpHttpAddress, http, null));
        Assert.Equal(HttpStatusCode.OK, (await server.Api.GetAsync("/ready")).Status);
    }

    [Fact]
    public async Task Only_clients_of_the_authority_are_let_in()
    {
        await using var server = await RubatoProcess.StartAsync(WithServerCertificate(new RubatoSettings(), Otlp + "grpc.tls.", Otlp + "http.tls.")
            .With(Otlp + "grpc.tls.client_ca_file", _folder.File("ca.pem"))
            .With(Otlp + "http.tls.client_ca_file", _folder.File("ca.pem")));
        using var friend = _good.Sign("friend");
        using var stranger = _other.Sign("stranger");
        var trace = Make.TraceId();
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server.OtlpHttpAddress, trace, friend));
        await SendAsync(server.OtlpGrpcAddress, trace, friend);
        foreach (var client in new[] { null, stranger })
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server.OtlpHttpAddress, trace, client));
            await Assert.ThrowsAsync<RpcException>(() => SendAsync(server.OtlpGrpcAddress, trace, client));
        }
    }

    [Fact]
    public async Task Questions_over_tls_with_both_protocols_on_the_http_port()
    {
        await using var server = await RubatoProcess.StartAsync(WithServerCertificate(new RubatoSettings(), "server.http_tls_config.", "server.grpc_tls_config.")
            .With("stream_over_http_enabled", "true"));
        Assert.Equal(("https", "https"), (server.Http.Scheme, server.GrpcAddress.Scheme));
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = new HttpClient(Handler(null));
            using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, "/api/echo")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var answer = await client.SendAsync(ask, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
        }
    }

    [Fact]
    public async Task A_new_certificate_is_used_without_a_restart_and_a_broken_one_is_not()
    {
        await using var server = await RubatoProcess.StartAsync(WithServerCertificate(new RubatoSettings(), Otlp + "http.tls.").With(Otlp + "http.tls.reload_interval", "50ms"));
        Assert.Equal("CN=server-one", await SubjectAsync(server.OtlpHttpAddress));
        await File.WriteAllTextAsync(_folder.File("cert.pem"), "broken", TestContext.Current.CancellationToken);
        await WaitAsync(async () =>
        {
            Assert.Equal("CN=server-one", await SubjectAsync(server.OtlpHttpAddress));
            return server.Log.Contains("the one before serves on");
        });
        _good.Write("server-two", _folder.File("cert.pem"), _folder.File("key.pem"));
        await WaitAsync(async () => await SubjectAsync(server.OtlpHttpAddress) == "CN=server-two");
    }

    [Theory]
    [InlineData("cert_file", "missing.pem", "missing.pem")]
    [InlineData("key_file", "other-key.pem", "belong together")]
    [InlineData("client_ca_file", "key.pem", "holds no certificate")]
    [InlineData("key_file", "", "key_file: is missing")]
    public async Task A_section_that_cannot_be_used_stops_the_start(string key, string file, string reason)
    {
        _good.Write("another", _folder.File("other-cert.pem"), _folder.File("other-key.pem"));
        var settings = WithServerCertificate(new RubatoSettings(), Otlp + "http.tls.").With(Otlp + "http.tls." + key, file.Length > 0 ? _folder.File(file) : "\"\"");
        var ended = await Assert.ThrowsAsync<ServerEndedException>(() => RubatoProcess.StartAsync(settings));
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(Otlp + "http.tls", ended.Log, StringComparison.Ordinal);
        Assert.Contains(reason, ended.Log, StringComparison.Ordinal);
    }

    private RubatoSettings WithServerCertificate(RubatoSettings settings, params string[] sections)
    {
        foreach (var section in sections) settings.With(section + "cert_file", _folder.File("cert.pem")).With(section + "key_file", _folder.File("key.pem"));
        return settings;
    }

    private SocketsHttpHandler Handler(X509Certificate2? client)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_good.Authority);
        var options = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        // Shown whatever authorities the server names: that it refuses is what is tested.
        if (client is not null) options.ClientCertificateContext = SslStreamCertificateContext.Create(client, null, offline: true);
        return new SocketsHttpHandler { SslOptions = options };
    }

    private async Task<HttpStatusCode> PostAsync(Uri address, string trace, X509Certificate2? client)
    {
        using var http = new HttpClient(Handler(client)) { Timeout = TimeSpan.FromSeconds(20) };
        using var body = new ByteArrayContent(Make.Request(Make.Span(trace)).ToByteArray());
        body.Headers.TryAddWithoutValidation("Content-Type", OtlpHttp.Protobuf);
        using var answer = await http.PostAsync(new Uri(address, "/v1/traces"), body, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task SendAsync(Uri address, string trace, X509Certificate2? client)
    {
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = Handler(client), DisposeHttpClient = true });
        await new TraceService.TraceServiceClient(channel).ExportAsync(
            Make.Request(Make.Span(trace)), deadline: DateTime.UtcNow.AddSeconds(20), cancellationToken: TestContext.Current.CancellationToken);
    }

    private async Task<string> SubjectAsync(Uri address)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        using var handler = Handler(null);
        handler.SslOptions.TargetHost = address.Host;
        await tls.AuthenticateAsClientAsync(handler.SslOptions, TestContext.Current.CancellationToken);
        return tls.RemoteCertificate!.Subject;
    }

    /// <summary>The server ends such a connection; it may say something before.</summary>
    private static async Task GarbageAsync(Uri address)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync("\x16\x03\xff\xff\xff\0\0 not a protocol\r\n\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset instead of closed.
        }
    }

    private static Uri Plain(Uri address) => new UriBuilder(address) { Scheme = "http" }.Uri;

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await condition()) await Task.Delay(60, limit.Token);
    }
}
