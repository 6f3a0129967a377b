using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Rubato.Ingest.Generator;

/// <summary>The HTTP half of remote write 1.0: one endpoint with its authentication and certificates.</summary>
internal sealed partial class RemoteWriteClient : IDisposable
{
    private readonly RemoteWriteOptions _options;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly LogLimiter _limiter;
    private readonly TimeProvider _time;

    public RemoteWriteClient(RemoteWriteOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _time = time;
        _limiter = new LogLimiter(TimeSpan.FromSeconds(10), time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = options.FollowRedirects,
            MaxConnectionsPerServer = options.MaxShards,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseProxy = options.ProxyUrl.Length > 0,
            Proxy = options.ProxyUrl.Length > 0 ? new WebProxy(options.ProxyUrl) : null,
            SslOptions = Tls(options),
        };
        _http = new HttpClient(handler) { Timeout = options.RemoteTimeout };
    }

    /// <param name="body">A compressed WriteRequest.</param>
    /// <param name="tenant">For the tenant header; null for none.</param>
    /// <param name="attempt">0 for the first.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>What became of it, and how long the endpoint wants to be left alone.</returns>
    public async Task<(SendResult Result, TimeSpan Wait)> SendAsync(byte[] body, string? tenant, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(body, tenant, attempt);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)answer.StatusCode;
            if (answer.IsSuccessStatusCode) return (SendResult.Taken, TimeSpan.Zero);
            var retried = status >= 500 || (status == 429 && _options.RetryOn429);
            if (_limiter.TryPass()) LogRefused(_logger, _options.Display, status, retried ? "sent again later" : "dropped", await ReasonAsync(answer, cancellationToken));
            if (!retried) return (SendResult.Refused, TimeSpan.Zero);
            var after = answer.Headers.RetryAfter;
            return (SendResult.Later, after?.Delta ?? (after?.Date is { } date ? date - _time.GetUtcNow() : TimeSpan.Zero));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (_limiter.TryPass()) LogFailed(_logger, _options.Display, e.Message);
            return (SendResult.Later, TimeSpan.Zero);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(byte[] body, string? tenant, int attempt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("snappy");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Remote-Write-Version", "0.1.0");
        request.Headers.TryAddWithoutValidation("User-Agent", "rubato-remote-write");
        if (attempt > 0) request.Headers.TryAddWithoutValidation("Retry-Attempt", attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (tenant is not null && !_options.Headers.Keys.Any(k => k.Equals("X-Scope-OrgID", StringComparison.OrdinalIgnoreCase)))
            request.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        foreach (var (name, value) in _options.Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (_options.BasicUser.Length > 0)
        {
            // Read anew each time: a secret that is rotated holds at once.
            var password = _options.BasicPasswordFile.Length > 0 ? File.ReadAllText(_options.BasicPasswordFile).Trim() : _options.BasicPassword;
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(_options.BasicUser + ":" + password)));
        }
        else if (_options.Credentials.Length > 0 || _options.CredentialsFile.Length > 0)
        {
            var secret = _options.CredentialsFile.Length > 0 ? File.ReadAllText(_options.CredentialsFile).Trim() : _options.Credentials;
            request.Headers.Authorization = new AuthenticationHeaderValue(_options.AuthorizationType, secret);
        }

        return request;
    }

    /// <summary>The first words of the answer: Prometheus says there what it did not like.</summary>
    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[256];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, read).ReplaceLineEndings(" ").Trim();
    }

    private static SslClientAuthenticationOptions Tls(RemoteWriteOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.ServerName.Length > 0) tls.TargetHost = options.ServerName;
        if (options.CertFile.Length > 0)
        {
            using var pem = X509Certificate2.CreateFromPemFile(options.CertFile, options.KeyFile.Length > 0 ? options.KeyFile : null);
            tls.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
        }

        if (options.InsecureSkipVerify)
        {
#pragma warning disable CA5359 // Asked for by name: tls_config.insecure_skip_verify.
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (options.CaFile.Length > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(options.CaFile);
            tls.CertificateChainPolicy = policy;
        }

        return tls;
    }

    [LoggerMessage(EventId = 2411, EventName = "RemoteWriteRefused", Level = LogLevel.Warning, Message = "an endpoint does not take samples endpoint={Endpoint} status={Status} then={Then} answer={Answer}")]
    private static partial void LogRefused(ILogger logger, string endpoint, int status, string then, string answer);

    [LoggerMessage(EventId = 2412, EventName = "RemoteWriteFailed", Level = LogLevel.Warning, Message = "an endpoint cannot be reached; samples wait in the log endpoint={Endpoint} error={Error}")]
    private static partial void LogFailed(ILogger logger, string endpoint, string error);
}
