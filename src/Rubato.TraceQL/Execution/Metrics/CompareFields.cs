using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// The fields whose values <c>compare</c> counts (spec/traceql.md 13.7): every attribute, and the intrinsics that say what a
/// span is. A text that is empty because nothing was sent is no value.
/// </summary>
internal static class CompareFields
{
    public const string MetaType = "__meta_type";

    public static readonly Intrinsic[] Intrinsics =
    [
        Intrinsic.Name, Intrinsic.Kind, Intrinsic.Status, Intrinsic.StatusMessage, Intrinsic.TraceRootName, Intrinsic.TraceRootService,
        Intrinsic.EventName, Intrinsic.InstrumentationName, Intrinsic.InstrumentationVersion, Intrinsic.LinkTraceId, Intrinsic.LinkSpanId,
    ];

    /// <summary>Fields and values of one span; of events and links the first value.</summary>
    public static IEnumerable<(Field Field, StaticValue Value)> Of(PlainTrace trace, int index)
    {
        var span = trace.Spans[index];
        var fields = new HashSet<Field>();
        foreach (var intrinsic in Intrinsics) fields.Add(new IntrinsicField(intrinsic));
        fields.Add(new AttributeField(AttributeScope.Resource, "service.name"));
        Add(AttributeScope.Span, span.Attributes);
        Add(AttributeScope.Resource, span.Resource.Attributes);
        Add(AttributeScope.Instrumentation, span.Scope.Attributes);
        foreach (var e in span.Events) Add(AttributeScope.Event, e.Attributes);
        foreach (var link in span.Links) Add(AttributeScope.Link, link.Attributes);
        foreach (var field in fields)
        {
            var value = PlainCondition.ValueOf(field, trace, index).Scalar;
            if (IsCounted(field, value)) yield return (field, value);
        }

        void Add(AttributeScope scope, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes)
        {
            foreach (var (key, _) in attributes) fields.Add(new AttributeField(scope, key));
        }
    }

    public static bool IsCounted(Field field, StaticValue value) =>
        value.Type != StaticType.Nil && !(field is IntrinsicField && value is { Type: StaticType.String, String.Length: 0 });

    /// <summary>With nil as the value: how many spans had the field.</summary>
    public static IReadOnlyList<KeyValuePair<string, AttributeValue>> Labels(string type, Field field, StaticValue value) =>
        [new(MetaType, AttributeValue.Of(type)), new(CanonicalText.Of(field), ((FieldValue)value).ToAttribute())];
}
