using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>Spans of one trace (indexes, ascending) and the values that grouping and aggregates attached.</summary>
internal sealed record PlainSpanset(List<int> Spans, IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes)
{
    public PlainSpanset With(string label, FieldValue value) =>
        this with { Attributes = [.. Attributes.Where(a => a.Key != label), new(label, value.ToAttribute())] };
}
