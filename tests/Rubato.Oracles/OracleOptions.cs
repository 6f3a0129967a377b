namespace Rubato.Oracles;

/// <summary>How many equality questions are asked of a file. The columns are always compared whole.</summary>
internal sealed record OracleOptions
{
    /// <summary>Columns without a Bloom filter that are asked; which ones depends on the file's length, so that files take turns.</summary>
    public int PlainColumns { get; init; } = 4;

    /// <summary>Values that are there, for each column asked. Columns with Bloom filters are all asked.</summary>
    public int ValuesEach { get; init; } = 3;

    public static OracleOptions Default { get; } = new();
}
