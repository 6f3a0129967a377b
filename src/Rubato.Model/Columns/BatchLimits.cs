namespace Rubato.Model.Columns;

/// <summary>Bounds of a batch that is being filled.</summary>
public sealed record BatchLimits
{
    /// <summary>Attribute columns for each owner; further keys go to the overflow column. Design.md section 3: 512.</summary>
    public int MaxAttributeColumns { get; init; } = 512;

    /// <summary>Longer keys and string values are cut at a character boundary. Tempo's distributor.max_attribute_bytes: 2048.</summary>
    public int MaxAttributeBytes { get; init; } = 2048;

    /// <summary>
    /// After so many values of a string column it is decided whether equal ones are worth looking for. Where 99 of 100 were new
    /// they are not: there are some 100,000 different ones then, each less than once in a batch. Smaller in tests only.
    /// </summary>
    internal int ProbeValues { get; init; } = 2048;
}

/// <summary>What a builder had to change or move; counted into metrics by its owner.</summary>
public sealed class BatchCounters
{
    public long InvalidUtf8 { get; set; }

    public long OverflowAttributes { get; set; }

    /// <summary>Indexed by <see cref="AttributeOwner"/>.</summary>
    public long[] TruncatedAttributes { get; } = new long[5];
}
