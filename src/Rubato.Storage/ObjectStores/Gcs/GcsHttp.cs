using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>Sends one request to the storage API and turns what is not a success into a <see cref="GcsException"/>.</summary>
internal sealed class GcsHttp(StoreHttp http, GcsToken token)
{
    /// <summary>Of an error's body; more of it is not read.</summary>
    private const int MaxErrorBytes = 64 << 10;

    /// <param name="alsoFine">A status outside of 2xx that the caller understands.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken, HttpStatusCode alsoFine = HttpStatusCode.OK)
    {
        await token.AuthorizeAsync(request, cancellationToken);
        var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode || response.StatusCode == alsoFine)
            return response;
        using (response)
            throw await ErrorAsync(response, cancellationToken);
    }

    public async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(body, type, cancellationToken) ?? throw new InvalidDataException("the store answered with an empty body");
    }

    private static async Task<GcsException> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxErrorBytes];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var status = (int)response.StatusCode;
        try
        {
            if (JsonSerializer.Deserialize(buffer.AsSpan(0, read), GcsJson.Default.GcsErrorBody)?.Error is { } error)
                return new GcsException(status, error.Errors?.FirstOrDefault()?.Reason ?? "", error.Message ?? response.ReasonPhrase ?? "");
        }
        catch (JsonException)
        {
            // Downloads answer with a sentence, proxies with a page.
        }

        var text = Encoding.UTF8.GetString(buffer, 0, Math.Min(read, 300)).Trim();
        return new GcsException(status, "", text.Length > 0 && !text.StartsWith('<') ? text : response.ReasonPhrase ?? "no reason given");
    }
}
