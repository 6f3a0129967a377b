using Rubato.Model.Columns;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>A column that holds values of a field, and what its numbers or bytes mean.</summary>
/// <param name="Vector">Over the rows asked for; of event and link fields over all events and links.</param>
/// <param name="Form">How to read a value.</param>
internal readonly record struct FieldPart(ColumnVector Vector, ValueForm Form);

/// <summary>What the values of a column are to TraceQL.</summary>
internal enum ValueForm : byte
{
    /// <summary>An attribute: the column's own type.</summary>
    Attribute,
    Text,
    Int,

    /// <summary>Nanoseconds; below zero counts as zero.</summary>
    Duration,
    Status,
    Kind,

    /// <summary>The number of a span id.</summary>
    SpanId,
    TraceId,

    /// <summary>Raw bytes of a link's trace id.</summary>
    LinkTraceId,
    LinkSpanId,

    /// <summary>Nanoseconds of either sign.</summary>
    Elapsed,
}

/// <summary>All columns that hold a field's values, those that hide others first.</summary>
/// <param name="Parts">The first one that has a value on a row decides.</param>
/// <param name="Default">The value of rows without any.</param>
/// <param name="Parents">The span row of each event or link; null for fields of spans.</param>
internal sealed record FieldParts(IReadOnlyList<FieldPart> Parts, StaticValue Default, ReadOnlyMemory<int>? Parents);
