namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>Reads the body of an answer to the byte: what is missing is noticed, what is too much is not read.</summary>
internal static class BodyReader
{
    public static async Task<byte[]> ReadAllAsync(Stream body, long length, Action<long> announce, CancellationToken cancellationToken)
    {
        if (length > Array.MaxLength)
            throw new IOException($"an object of {length} bytes cannot be read as a whole; expected at most {Array.MaxLength}");
        announce(length);
        var content = new byte[length];
        await FillAsync(body, content, cancellationToken);
        return content;
    }

    public static async Task ReadRangeAsync(
        Stream body, long length, int statusCode, string key, long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        // 200 is the whole object: a proxy or a simple server that knows no ranges. Its beginning can still be used.
        if (statusCode == 200 && offset > 0)
            throw new InvalidDataException("the store answered a range request with the whole object; something between does not understand ranges");
        if (length < into.Length)
            throw BeyondEnd(key, offset, into.Length, null);
        await FillAsync(body, into, cancellationToken);
    }

    public static EndOfStreamException BeyondEnd(string key, long offset, int bytes, Exception? inner) =>
        new($"{key} ends before byte {offset + bytes}, to which it was to be read", inner);

    private static async Task FillAsync(Stream body, Memory<byte> into, CancellationToken cancellationToken)
    {
        var read = await body.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, cancellationToken);
        // Not EndOfStreamException: the object is longer, only the answer broke off. It may be asked for again.
        if (read < into.Length)
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"{read} of {into.Length} bytes");
    }
}
