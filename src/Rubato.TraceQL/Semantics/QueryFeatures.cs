namespace Rubato.TraceQL.Semantics;

/// <summary>The parts of the language that a query makes use of, beyond plain filters on fields and values.</summary>
[Flags]
public enum QueryFeatures
{
    None = 0,

    /// <summary><c>&amp;&amp;</c> and <c>||</c> between spansets.</summary>
    SpansetLogic = 1 << 0,
    StructuralOperator = 1 << 1,
    WrappedPipeline = 1 << 2,

    /// <summary>More than one stage.</summary>
    Pipeline = 1 << 3,
    GroupBy = 1 << 4,
    Coalesce = 1 << 5,
    Select = 1 << 6,
    ScalarFilter = 1 << 7,
    Arithmetic = 1 << 8,

    /// <summary>A comparison, or regex, of something other than one field with one value.</summary>
    FieldToField = 1 << 9,
    EventFields = 1 << 10,
    LinkFields = 1 << 11,
    InstrumentationFields = 1 << 12,
    NestedSet = 1 << 13,
    ChildCount = 1 << 14,
    Metrics = 1 << 15,
    MetricsCompare = 1 << 16,
    MetricsSecondStage = 1 << 17,
    Regex = 1 << 18,
    Presence = 1 << 19,
    Not = 1 << 20,
}
