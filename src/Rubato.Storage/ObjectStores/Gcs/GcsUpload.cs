using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>
/// A resumable upload: one stream in stretches, in order. When an answer gets lost, the store is asked how far it has come. The finished
/// object's digest is compared, since the stretches have none of their own.
/// </summary>
internal sealed class GcsUpload(GcsHttp gcs, Uri session, IStoreProtocol protocol, string key) : IStoreUpload
{
    // 308 means "resume" in this protocol; HttpStatusCode has its other name.
    private const HttpStatusCode Resume = HttpStatusCode.PermanentRedirect;

#pragma warning disable CA5351 // What the API answers; against accidents, not attackers.
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
    private int _digested;
    private int _tried = -1;
    private bool _isComplete;

    public bool IsParallel => false;

    public async Task SendPartAsync(int number, long offset, ReadOnlyMemory<byte> content, bool isLast, CancellationToken cancellationToken)
    {
        // A part that is sent again is not digested again.
        if (_digested == number)
        {
            _digest.AppendData(content.Span);
            _digested++;
        }

        var total = isLast ? (offset + content.Length).ToString(CultureInfo.InvariantCulture) : "*";
        var end = offset + content.Length;
        var at = offset;
        if (_tried == number)
            at = Math.Max(offset, await PersistedAsync(cancellationToken));
        _tried = number;
        while (!_isComplete && (at < end || isLast))
        {
            var persisted = await SendAsync(content[(int)(at - offset)..], at, end, total, cancellationToken);
            if (persisted <= at && !_isComplete)
                throw new HttpIOException(HttpRequestError.InvalidResponse, $"the store took nothing of {end - at} bytes");
            at = persisted;
        }
    }

    /// <summary>The last part has completed it.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task AbortAsync(CancellationToken cancellationToken)
    {
        if (_isComplete)
            return;
        using var request = new HttpRequestMessage(HttpMethod.Delete, session);
        // 499 is this protocol's "cancelled", as asked for.
        using var response = await gcs.SendAsync(request, cancellationToken, (HttpStatusCode)499);
    }

    private async Task<long> SendAsync(ReadOnlyMemory<byte> content, long at, long end, string total, CancellationToken cancellationToken)
    {
        using var body = new ReadOnlyMemoryContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(GcsProtocol.ContentType);
        body.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {at}-{end - 1}/{total}"));
        using var request = new HttpRequestMessage(HttpMethod.Put, session) { Content = body };
        using var response = await gcs.SendAsync(request, cancellationToken, Resume);
        return await ProgressAsync(response, end, cancellationToken);
    }

    private async Task<long> PersistedAsync(CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent([]);
        body.Headers.TryAddWithoutValidation("Content-Range", "bytes */*");
        using var request = new HttpRequestMessage(HttpMethod.Put, session) { Content = body };
        using var response = await gcs.SendAsync(request, cancellationToken, Resume);
        return await ProgressAsync(response, 0, cancellationToken);
    }

    /// <returns>Bytes that the store has.</returns>
    private async Task<long> ProgressAsync(HttpResponseMessage response, long end, CancellationToken cancellationToken)
    {
        if (response.StatusCode == Resume)
        {
            // Absent when it has none yet; otherwise "bytes=0-LAST".
            var range = response.Headers.TryGetValues("Range", out var values) ? values.First() : "";
            return range.LastIndexOf('-') is var dash and >= 0 && long.TryParse(range.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last + 1 : 0;
        }

        _isComplete = true;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var stored = await JsonSerializer.DeserializeAsync(body, GcsJson.Default.GcsObject, cancellationToken);
        if (stored?.Md5Hash is { } digest && digest != Convert.ToBase64String(_digest.GetCurrentHash()))
        {
            await protocol.DeleteAsync(key, cancellationToken);
            throw new InvalidDataException($"{key} did not arrive as it was sent (its MD5 is {digest}); it was deleted");
        }

        return end;
    }
}
