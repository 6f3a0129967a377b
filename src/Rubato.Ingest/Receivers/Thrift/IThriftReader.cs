namespace Rubato.Ingest.Receivers.Thrift;

/// <summary>
/// Reads one of Thrift's protocols from one contiguous buffer without allocating. Every Try method returns false on malformed input,
/// says why in <see cref="Problem"/>, and leaves the reader unusable. No length or count is believed before the bytes are there.
/// </summary>
internal interface IThriftReader
{
    /// <summary>May be set back to where it was, to read something again.</summary>
    int Position { get; set; }

    ThriftProblem Problem { get; set; }

    /// <summary>Reads the head of a struct's next field; <see cref="ThriftType.Stop"/> at its end.</summary>
    /// <param name="id">Before: the struct's previous field, 0 at its beginning. After: this one.</param>
    bool TryReadField(ref short id, out ThriftType type);

    bool TryReadBool(out bool value);

    bool TryReadI16(out short value);

    bool TryReadI32(out int value);

    bool TryReadI64(out long value);

    bool TryReadDouble(out double value);

    bool TryReadBytes(out ReadOnlySpan<byte> value);

    /// <summary>Reads the head of a list or set. There are at least as many bytes left as it has elements.</summary>
    bool TryReadList(out ThriftType element, out int count);

    /// <summary>Reads the head of a map; types are not told where it is empty.</summary>
    bool TryReadMap(out ThriftType key, out ThriftType value, out int count);

    /// <summary>Steps over so many bytes, as of a byte value.</summary>
    bool TryAdvance(int bytes);

    /// <summary>Reads the head of a call; its arguments follow as a struct.</summary>
    bool TryReadMessage(out ReadOnlySpan<byte> name);
}
