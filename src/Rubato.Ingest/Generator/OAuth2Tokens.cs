using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Rubato.Ingest.Generator;

/// <summary>Gets tokens for an endpoint and keeps the latest until shortly before it ends. Any thread; one request at a time.</summary>
internal sealed class OAuth2Tokens : IDisposable
{
    /// <summary>A token that ends within this is not used any more.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly OAuth2Options _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _one = new(1);
    private string _token = "";
    private DateTimeOffset _until;

    public OAuth2Tokens(OAuth2Options options, TimeSpan timeout, TimeProvider time)
    {
        _options = options;
        _time = time;
        var handler = new SocketsHttpHandler
        {
            UseProxy = options.ProxyUrl.Length > 0,
            Proxy = options.ProxyUrl.Length > 0 ? new WebProxy(options.ProxyUrl) : null,
            SslOptions = options.Tls.Load(),
        };
        _http = new HttpClient(handler) { Timeout = timeout, MaxResponseContentBufferSize = 1 << 20 };
    }

    /// <exception cref="HttpRequestException">There is no token to be had now.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_token.Length > 0 && _time.GetUtcNow() < _until) return _token;
            var (status, body) = await AskAsync(inHeader: true, cancellationToken);
            // Not every server takes the client's name in the header, although the standard asks for it.
            if (status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized) (status, body) = await AskAsync(inHeader: false, cancellationToken);
            if (status != HttpStatusCode.OK) throw new HttpRequestException($"oauth2.token_url {_options.TokenUrl.GetLeftPart(UriPartial.Path)} answers {(int)status}", null, status);
            (_token, var seconds) = Parse(body);
            _until = seconds > 0 ? _time.GetUtcNow() + TimeSpan.FromSeconds(seconds) - Margin : DateTimeOffset.MaxValue;
            return _token;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The endpoint did not take it: the next one asks for another.</summary>
    public void Forget() => _until = DateTimeOffset.MinValue;

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private static (string Token, double Seconds) Parse(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var token = json.RootElement.GetProperty("access_token").GetString();
            if (!string.IsNullOrEmpty(token)) return (token, json.RootElement.TryGetProperty("expires_in", out var seconds) ? seconds.GetDouble() : 0);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Said below.
        }

        throw new HttpRequestException("oauth2.token_url answers without an access_token");
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> AskAsync(bool inHeader, CancellationToken cancellationToken)
    {
        var secret = _options.ClientSecretFile.Length > 0 ? (await File.ReadAllTextAsync(_options.ClientSecretFile, cancellationToken)).Trim() : _options.ClientSecret;
        var form = new Dictionary<string, string>(_options.EndpointParams) { ["grant_type"] = "client_credentials" };
        if (_options.Scopes.Count > 0) form["scope"] = string.Join(' ', _options.Scopes);
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.TokenUrl);
        if (inHeader)
        {
            var pair = Uri.EscapeDataString(_options.ClientId) + ":" + Uri.EscapeDataString(secret);
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            (form["client_id"], form["client_secret"]) = (_options.ClientId, secret);
        }

        request.Content = new FormUrlEncodedContent(form);
        using var answer = await _http.SendAsync(request, cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
