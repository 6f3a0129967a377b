using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Rubato.Ingest.Generator;

/// <summary>The HTTP half of remote write 1.0: one endpoint with its authentication and certificates.</summary>
internal sealed partial class RemoteWriteClient : IDisposable
{
    private readonly RemoteWriteOptions _options;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly OAuth2Tokens? _tokens;
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
            // Without a proxy of its own .NET takes that of the environment.
            UseProxy = options.ProxyUrl.Length > 0 || options.ProxyFromEnvironment,
            Proxy = options.ProxyUrl.Length > 0 ? new WebProxy(options.ProxyUrl) : null,
            SslOptions = options.Tls.Load(),
        };
        // The time of a request is bounded below, where the body of the answer counts too.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        if (options.OAuth2 is { } oauth2) _tokens = new OAuth2Tokens(oauth2, options.RemoteTimeout, time);
    }

    /// <param name="body">A compressed WriteRequest.</param>
    /// <param name="tenant">For the tenant header; null for none.</param>
    /// <param name="headers">The tenant's own, above the endpoint's.</param>
    /// <param name="attempt">0 for the first.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>What became of it, and how long the endpoint wants to be left alone.</returns>
    public async Task<(SendResult Result, TimeSpan Wait)> SendAsync(
        byte[] body, string? tenant, IReadOnlyDictionary<string, string> headers, int attempt, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.RemoteTimeout);
        try
        {
            using var request = await RequestAsync(body, tenant, headers, attempt, deadline.Token);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var status = (int)answer.StatusCode;
            if (answer.IsSuccessStatusCode) return (SendResult.Taken, TimeSpan.Zero);
            // A token may be called back before its time: one more try with another.
            var isOldToken = status == 401 && _tokens is not null && attempt == 0;
            if (isOldToken) _tokens!.Forget();
            var retried = status >= 500 || (status == 429 && _options.RetryOn429) || isOldToken;
            if (_limiter.TryPass()) LogRefused(_logger, _options.Display, status, retried ? "sent again later" : "dropped", await ReasonAsync(answer, deadline.Token));
            if (!retried) return (SendResult.Refused, TimeSpan.Zero);
            var after = answer.Headers.RetryAfter;
            return (SendResult.Later, after?.Delta ?? (after?.Date is { } date ? date - _time.GetUtcNow() : TimeSpan.Zero));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (_limiter.TryPass()) LogFailed(_logger, _options.Display, e is OperationCanceledException ? $"no answer within {_options.RemoteTimeout} (remote_timeout)" : Innermost(e));
            return (SendResult.Later, TimeSpan.Zero);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _tokens?.Dispose();
    }

    private async Task<HttpRequestMessage> RequestAsync(
        byte[] body, string? tenant, IReadOnlyDictionary<string, string> headers, int attempt, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("snappy");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Remote-Write-Version", "0.1.0");
        request.Headers.TryAddWithoutValidation("User-Agent", "rubato-remote-write");
        if (attempt > 0) request.Headers.TryAddWithoutValidation("Retry-Attempt", attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Authorization = await AuthorizationAsync(cancellationToken);
        // The latter wins: what is said of a tenant over what is said of the endpoint over what follows from multitenancy.
        if (tenant is not null) request.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        foreach (var (name, value) in _options.Headers.Concat(headers))
        {
            if (request.Headers.NonValidated.Contains(name)) request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Files are read anew each time: a secret that is rotated holds at once.</summary>
    private async Task<AuthenticationHeaderValue?> AuthorizationAsync(CancellationToken cancellationToken)
    {
        if (_tokens is not null) return new AuthenticationHeaderValue("Bearer", await _tokens.GetAsync(cancellationToken));
        var user = await TextAsync(_options.BasicUser, _options.BasicUserFile, cancellationToken);
        if (user.Length > 0)
        {
            var password = await TextAsync(_options.BasicPassword, _options.BasicPasswordFile, cancellationToken);
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password)));
        }

        var secret = await TextAsync(_options.Credentials, _options.CredentialsFile, cancellationToken);
        return secret.Length > 0 ? new AuthenticationHeaderValue(_options.AuthorizationType, secret) : null;
    }

    private static async Task<string> TextAsync(string text, string file, CancellationToken cancellationToken) =>
        file.Length > 0 ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : text;

    /// <summary>What TLS did not like stands inside what HTTP says about it.</summary>
    private static string Innermost(Exception e) => e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {Innermost(inner)}" : e.Message;

    /// <summary>The first words of the answer: Prometheus says there what it did not like. What they are decides nothing, nor whether they come.</summary>
    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var bytes = new byte[256];
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(bytes, 0, read).ReplaceLineEndings(" ").Trim();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return "";
        }
    }

    [LoggerMessage(EventId = 2411, EventName = "RemoteWriteRefused", Level = LogLevel.Warning, Message = "an endpoint does not take samples endpoint={Endpoint} status={Status} then={Then} answer={Answer}")]
    private static partial void LogRefused(ILogger logger, string endpoint, int status, string then, string answer);

    [LoggerMessage(EventId = 2412, EventName = "RemoteWriteFailed", Level = LogLevel.Warning, Message = "an endpoint cannot be reached; samples wait in the log endpoint={Endpoint} error={Error}")]
    private static partial void LogFailed(ILogger logger, string endpoint, string error);
}
