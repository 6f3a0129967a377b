using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Rubato.Query.Api;

/// <summary>A whole body in memory, plain or gzip, never beyond a limit.</summary>
internal static class RequestBody
{
    private const int PieceBytes = 64 * 1024;

    /// <param name="limit">Bytes, packed and unpacked.</param>
    /// <param name="key">Of the configuration, which sets the limit.</param>
    /// <exception cref="ApiException">413, 415, or what the server says of a body that broke off.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit, string key, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip")) throw new ApiException(StatusCodes.Status415UnsupportedMediaType, $"unsupported Content-Encoding {encoding}: expected gzip or none");
        if (request.ContentLength > limit) throw TooLarge(limit, key);
        try
        {
            await using var source = encoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true) : request.Body;
            // A length that is only claimed takes no memory: the buffer grows with what comes.
            var body = new ArrayBufferWriter<byte>(PieceBytes);
            while (await source.ReadAsync(body.GetMemory(PieceBytes), cancellationToken) is > 0 and var read)
            {
                body.Advance(read);
                if (body.WrittenCount > limit) throw TooLarge(limit, key);
            }

            return body.WrittenMemory;
        }
        catch (InvalidDataException e)
        {
            throw ApiException.BadRequest($"the body is not valid gzip: {e.Message}");
        }
        catch (BadHttpRequestException e)
        {
            throw new ApiException(e.StatusCode, e.Message);
        }
    }

    private static ApiException TooLarge(int limit, string key) => new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {key} allows ({limit} bytes)");
}
