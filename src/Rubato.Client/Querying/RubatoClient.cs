using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rubato.Client;

/// <summary>
/// Asks Rubato or Grafana Tempo over HTTP. Safe for several threads; make one and keep it. A refused question is a <see cref="RubatoClientException"/> with status and
/// body, an answer that takes too long a <see cref="TimeoutException"/>, a server that is not there an <see cref="HttpRequestException"/>.
/// </summary>
public sealed partial class RubatoClient : IDisposable
{
    private const int MaxErrorBytes = 64 * 1024;

    private readonly RubatoClientOptions _options;
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly string _base;

    /// <summary>With a connection of its own.</summary>
    /// <param name="options">null: <c>http://localhost:3200</c>, no tenant.</param>
    public RubatoClient(RubatoClientOptions? options = null)
        : this(new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All }) { Timeout = Timeout.InfiniteTimeSpan }, options, ownsHttp: true)
    {
    }

    /// <summary>With a connection of its own, at this address.</summary>
    public RubatoClient(string baseAddress)
        : this(new RubatoClientOptions { BaseAddress = new Uri(baseAddress) })
    {
    }

    /// <summary>Over a client of the application's, such as one of a factory, which stays its owner.</summary>
    /// <param name="http">Its <c>BaseAddress</c> counts where the options name none.</param>
    /// <param name="options">null: the defaults.</param>
    public RubatoClient(HttpClient http, RubatoClientOptions? options = null)
        : this(http, options ?? (http?.BaseAddress is { } address ? new RubatoClientOptions { BaseAddress = address } : null), ownsHttp: false)
    {
    }

    private RubatoClient(HttpClient http, RubatoClientOptions? options, bool ownsHttp)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        _ownsHttp = ownsHttp;
        _options = options ?? new RubatoClientOptions();
        if (!_options.BaseAddress.IsAbsoluteUri || _options.BaseAddress.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"the address is '{_options.BaseAddress}'; expected http://host:port or https://host:port", nameof(options));
        }

        _base = _options.BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    /// <summary>The answer as JSON of this type; <paramref name="missing"/> where the status is 404 and that is given.</summary>
    private async Task<TOut> GetAsync<TAnswer, TOut>(
        string path, JsonTypeInfo<TAnswer> type, Func<TAnswer, string?, TOut> read, CancellationToken cancel, Func<HttpResponseMessage, TOut>? missing = null)
        where TAnswer : class
    {
        return await SendAsync(path, "application/json", async (response, stream, token) =>
        {
            try
            {
                TAnswer? answer = await JsonSerializer.DeserializeAsync(stream, type, token).ConfigureAwait(false);
                return read(answer ?? throw new JsonException("the answer is null"), Header(response, "X-Rubato-Incomplete"));
            }
            catch (JsonException e)
            {
                throw new RubatoClientException($"the answer to {path} is not what was expected: {e.Message}", e);
            }
        }, missing, cancel).ConfigureAwait(false);
    }

    private async Task<TOut> SendAsync<TOut>(
        string path, string accept, Func<HttpResponseMessage, Stream, CancellationToken, Task<TOut>> read, Func<HttpResponseMessage, TOut>? missing, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(_options.Timeout);
        using HttpRequestMessage request = Request(path, accept);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound && missing is not null)
            {
                return missing(response);
            }

            Stream body = await response.Content.ReadAsStreamAsync(timeout.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new RubatoClientException(response.StatusCode, await ErrorAsync(body, timeout.Token).ConfigureAwait(false), path);
                }

                var bounded = new BoundedStream(body, _options.MaxAnswerBytes);
                await using (bounded.ConfigureAwait(false))
                {
                    return await read(response, bounded, timeout.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"{path} was not answered within {_options.Timeout}", e);
        }
    }

    private static async Task<string> ErrorAsync(Stream body, CancellationToken cancel)
    {
        byte[] bytes = new byte[MaxErrorBytes];
        int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join("; ", values) : null;

    /// <summary>A path and the parameters that are not null.</summary>
    private static string Path(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        char before = '?';
        foreach ((string name, string? value) in parameters)
        {
            if (value is not null)
            {
                path += before + name + "=" + Uri.EscapeDataString(value);
                before = '&';
            }
        }

        return path;
    }

    private static string? Seconds(DateTimeOffset? time) => time?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
