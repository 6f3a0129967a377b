using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution;

/// <summary>
/// Restricts tag names and values to spans that satisfy one of the alternatives, each a conjunction of simple conditions
/// (spec/traceql.md 17: what extraction leaves of a query). No alternatives: no restriction.
/// </summary>
public sealed record TagFilter(IReadOnlyList<IReadOnlyList<FieldExpression>> Alternatives)
{
    public static TagFilter None { get; } = new([]);

    public bool IsEmpty => Alternatives.Count == 0;
}

public sealed record TagNamesRequest
{
    public TagFilter Filter { get; init; } = TagFilter.None;

    /// <summary>Whose names are wanted; null: all. Intrinsics are constant and the API's business.</summary>
    public AttributeOwner? Owner { get; init; }

    public TimeRange Range { get; init; } = TimeRange.All;

    /// <summary>Names for each owner; 0: no bound.</summary>
    public int Limit { get; init; }

    /// <summary>All names together, in bytes; further ones are left out.</summary>
    public long MaxBytes { get; init; } = 1_000_000;

    public int Parallelism { get; init; } = 1;
}

/// <param name="Names">For each owner that has any: names in ordinal order.</param>
/// <param name="InspectedBytes">Bytes read for it.</param>
/// <param name="Problems">What is missing.</param>
public sealed record TagNamesResult(
    IReadOnlyDictionary<AttributeOwner, IReadOnlyList<string>> Names, long InspectedBytes, IReadOnlyList<string> Problems)
{
    public QueryReceipt Receipt { get; init; } = QueryReceipt.Empty;
}

public sealed record TagValuesRequest
{
    /// <summary>v2: the field whose values are wanted. Null for v1.</summary>
    public Field? Field { get; init; }

    /// <summary>v1: the bare key, looked up in span, resource and instrumentation attributes, or one of the special names.</summary>
    public string? LegacyTag { get; init; }

    public TagFilter Filter { get; init; } = TagFilter.None;

    public TimeRange Range { get; init; } = TimeRange.All;

    /// <summary>0: no bound.</summary>
    public int Limit { get; init; }

    /// <summary>Texts of all values together; further ones are left out (read.max_bytes_per_tag_values_query).</summary>
    public long MaxBytes { get; init; } = 1_000_000;

    /// <summary>Blocks that are looked into, the newest first; 0: no bound (read.max_blocks_per_tag_values_query). Recent data does not count.</summary>
    public int MaxBlocks { get; init; }

    public int Parallelism { get; init; } = 1;
}

/// <param name="Values">By type, then text.</param>
/// <param name="InspectedBytes">Bytes read for it.</param>
/// <param name="Problems">What is missing.</param>
public sealed record TagValuesResult(IReadOnlyList<TagValue> Values, long InspectedBytes, IReadOnlyList<string> Problems)
{
    public QueryReceipt Receipt { get; init; } = QueryReceipt.Empty;
}

/// <param name="Type">string, int, float, bool or keyword.</param>
/// <param name="Text">Floats always with a point or an exponent.</param>
public readonly record struct TagValue(string Type, string Text);
