namespace Rubato.Storage.Parquet;

/// <summary>
/// Decoded values of one column for a range of rows: the values present, compact, and the rows they stand in.
/// The arrays are rented; <see cref="Dispose"/> gives them back, after which no span taken from here may be used.
/// Forgetting it costs garbage, not a leak.
/// </summary>
internal sealed class ParquetColumnVector : IDisposable
{
    public required ParquetField Field { get; init; }

    /// <summary>Rows covered, with and without a value. Of a group: child rows.</summary>
    public int RowCount { get; init; }

    /// <summary>Values present.</summary>
    public int Count { get; init; }

    public bool AllPresent => Count == RowCount;

    /// <summary>Ascending positions of the values, relative to the first row read; empty when <see cref="AllPresent"/>.</summary>
    public ReadOnlySpan<int> Rows => throw new NotImplementedException();

    /// <summary>True: value i is <c>Strings[Codes[i]]</c>. False: it is <c>Strings[i]</c> and <see cref="Codes"/> is empty.</summary>
    public bool HasCodes => throw new NotImplementedException();

    public ReadOnlySpan<int> Codes => throw new NotImplementedException();

    /// <summary>The chunk's dictionary when <see cref="HasCodes"/>; safe to keep after Dispose. Null for plain values.</summary>
    public ParquetDictionary? Dictionary { get; init; }

    /// <summary>BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY: dictionary entries when <see cref="HasCodes"/>, else the values.</summary>
    public ByteStrings Strings => throw new NotImplementedException();

    /// <summary>INT64 and INT32 values (unsigned ones too, by their bits).</summary>
    public ReadOnlySpan<long> Longs => throw new NotImplementedException();

    public ReadOnlySpan<double> Doubles => throw new NotImplementedException();

    /// <summary>BOOLEAN values, 0 or 1.</summary>
    public ReadOnlySpan<byte> Booleans => throw new NotImplementedException();

    /// <summary>FIXED_LEN_BYTE_ARRAY values one after the other when not <see cref="HasCodes"/>.</summary>
    public ReadOnlySpan<byte> FixedBytes => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
