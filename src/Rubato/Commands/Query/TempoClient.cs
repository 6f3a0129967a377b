using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Rubato.Commands.Query;

/// <summary>Asks a Tempo-compatible server over one connection; failures become one clear line.</summary>
internal sealed class TempoClient : IDisposable
{
    // A search of 262,144 traces stays far below; what is above is not an answer for a terminal.
    private const long MaxAnswerBytes = 256L << 20;

    private readonly HttpClient _client;

    public TempoClient(QueryOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        options.Connection.Apply(handler);
        _client = new HttpClient(handler)
        {
            // A path in the address is a prefix (a gateway's, or http_api_prefix) and needs the slash to be kept.
            BaseAddress = new Uri(options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            Timeout = TimeSpan.FromMinutes(5),
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("rubato-query");
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _client.DefaultRequestHeaders.Authorization = options.Connection.Login;
        if (options.OrgId is not null)
        {
            _client.DefaultRequestHeaders.Add("X-Scope-OrgID", options.OrgId);
        }
    }

    /// <summary>The answer's status and bytes, whatever the status.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body)> GetAsync(TempoRequest request, CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(new Uri(request.PathAndQuery(), UriKind.Relative), cancel);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (HttpRequestException failure)
        {
            throw new QueryFailedException(failure.HttpRequestError == HttpRequestError.ConnectionError
                ? $"cannot reach {_client.BaseAddress}: {(failure.InnerException?.Message ?? failure.Message).ToLowerInvariant()}. Is the server running, and is --address right?"
                : $"no answer from {_client.BaseAddress}: {failure.InnerException?.Message ?? failure.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new QueryFailedException(string.Create(
                CultureInfo.InvariantCulture, $"no answer from {_client.BaseAddress} within {_client.Timeout.TotalMinutes} minutes"));
        }
    }

    /// <summary>The JSON of a successful answer; anything else is a <see cref="QueryFailedException"/>.</summary>
    public async Task<JsonDocument> AskAsync(TempoRequest request, CancellationToken cancel)
    {
        (HttpStatusCode status, byte[] body) = await GetAsync(request, cancel);
        if (status != HttpStatusCode.OK)
        {
            throw new QueryFailedException(QueryErrors.Describe(request, (int)status, Encoding.UTF8.GetString(body)));
        }

        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw new QueryFailedException($"{_client.BaseAddress}{request.Path} did not answer with JSON: is it a Tempo-compatible server?");
        }
    }

    public void Dispose() => _client.Dispose();
}
