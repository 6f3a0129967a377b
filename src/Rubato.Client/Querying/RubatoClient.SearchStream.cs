using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rubato.Client;

/// <content>Search, told while it goes on.</content>
public sealed partial class RubatoClient
{
    private const string Lines = "application/x-ndjson";

    /// <summary>Traces that a TraceQL query matches, as they are found, newest first. Ending the loop ends the search on the server.</summary>
    /// <remarks>The last part has <see cref="SearchPart.IsLast"/>. Tempo, which does not know this form, answers in one part.</remarks>
    /// <param name="query">As for <see cref="SearchAsync"/>.</param>
    /// <param name="options">null: the server's defaults.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RubatoClientException">The server refused it, or could not go on.</exception>
    /// <exception cref="TimeoutException">No end within <see cref="RubatoClientOptions.Timeout"/>.</exception>
    public async IAsyncEnumerable<SearchPart> SearchStreamAsync(string query, SearchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        string path = SearchPath(query, options);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.Timeout);
        using HttpRequestMessage request = Request(path, Lines);
        using HttpResponseMessage response = await InTimeAsync(_http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token)).ConfigureAwait(false);
        Stream body = await InTimeAsync(response.Content.ReadAsStreamAsync(timeout.Token)).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new RubatoClientException(response.StatusCode, await InTimeAsync(ErrorAsync(body, timeout.Token)).ConfigureAwait(false), path);
            }

            using var reader = new StreamReader(new BoundedStream(body, _options.MaxAnswerBytes));
            if (response.Content.Headers.ContentType?.MediaType != Lines)
            {
                SearchAnswer whole = Read(await InTimeAsync(reader.ReadToEndAsync(timeout.Token)).ConfigureAwait(false), AnswersContext.Default.SearchAnswer, path);
                yield return AnswerReader.Part(whole.Traces, whole.Metrics, isLast: true, Header(response, "X-Rubato-Incomplete"));
                yield break;
            }

            while (await InTimeAsync(reader.ReadLineAsync(timeout.Token).AsTask()).ConfigureAwait(false) is { } text)
            {
                SearchLineAnswer line = Read(text, AnswersContext.Default.SearchLineAnswer, path);
                if (line.Error is { } error)
                {
                    throw new RubatoClientException((HttpStatusCode)error.Status, error.Message ?? "", path);
                }

                yield return AnswerReader.Part(line);
                if (line.Done)
                {
                    yield break;
                }
            }

            throw new RubatoClientException($"the answer to {path} was cut off", null);
        }

        async Task<T> InTimeAsync<T>(Task<T> step)
        {
            try
            {
                return await step.ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"{path} was not answered within {_options.Timeout}", e);
            }
        }
    }

    private static T Read<T>(string text, JsonTypeInfo<T> type, string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new JsonException("the answer is null");
        }
        catch (JsonException e)
        {
            throw new RubatoClientException($"the answer to {path} is not what was expected: {e.Message}", e);
        }
    }

    private HttpRequestMessage Request(string path, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _base + path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        if (_options.Tenant.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("X-Scope-OrgID", _options.Tenant);
        }

        return request;
    }
}
