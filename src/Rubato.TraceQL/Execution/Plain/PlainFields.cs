using Rubato.Model.Spans;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>The values of fields on one span (spec/traceql.md section 4).</summary>
internal static class PlainFields
{
    /// <summary>Every value of the field: one for each event or link for their fields, else one. Nil values are left out.</summary>
    public static List<FieldValue> ValuesOf(Field field, PlainTrace trace, int index)
    {
        var span = trace.Spans[index];
        var values = new List<FieldValue>(1);
        switch (field)
        {
            case AttributeField { Scope: AttributeScope.Event } attribute:
                foreach (var e in span.Events) Add(Find(e.Attributes, attribute.Name));
                break;
            case AttributeField { Scope: AttributeScope.Link } attribute:
                foreach (var link in span.Links) Add(Find(link.Attributes, attribute.Name));
                break;
            case AttributeField attribute:
                Add(AttributeOf(attribute, span));
                break;
            case IntrinsicField { Intrinsic: Intrinsic.EventName }:
                foreach (var e in span.Events) Add(StaticValue.FromString(e.Name));
                break;
            case IntrinsicField { Intrinsic: Intrinsic.EventTimeSinceStart }:
                foreach (var e in span.Events) Add(StaticValue.FromDuration(unchecked((long)(e.TimeUnixNano - span.StartUnixNano))));
                break;
            case IntrinsicField { Intrinsic: Intrinsic.LinkTraceId }:
                foreach (var link in span.Links) Add(StaticValue.FromString(TrimId(Convert.ToHexStringLower(link.TraceId))));
                break;
            case IntrinsicField { Intrinsic: Intrinsic.LinkSpanId }:
                foreach (var link in span.Links) Add(StaticValue.FromString(Convert.ToHexStringLower(link.SpanId)));
                break;
            case IntrinsicField intrinsic:
                Add(IntrinsicOf(intrinsic.Intrinsic, trace, index));
                break;
        }

        return values;

        void Add(FieldValue value)
        {
            if (!value.IsNil) values.Add(value);
        }
    }

    /// <summary>Trace ids are compared without leading zeros, as answers show them.</summary>
    public static string TrimId(string hex) => hex.TrimStart('0');

    private static FieldValue AttributeOf(AttributeField field, Span span)
    {
        switch (field.Scope)
        {
            case AttributeScope.Span:
                return Find(span.Attributes, field.Name);
            case AttributeScope.Resource:
                return ResourceOf(span, field.Name);
            case AttributeScope.Instrumentation:
                return Find(span.Scope.Attributes, field.Name);
            default:
                var own = Find(span.Attributes, field.Name);
                return own.IsNil ? ResourceOf(span, field.Name) : own;
        }
    }

    private static FieldValue ResourceOf(Span span, string name) =>
        name == "service.name" ? StaticValue.FromString(PlainTrace.ServiceOf(span)) : Find(span.Resource.Attributes, name);

    private static FieldValue Find(IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes, string name)
    {
        foreach (var (key, value) in attributes)
        {
            if (key == name && FieldValue.Of(value) is { IsNil: false } visible) return visible;
        }

        return FieldValue.Nil;
    }

    private static StaticValue IntrinsicOf(Intrinsic intrinsic, PlainTrace trace, int index)
    {
        var span = trace.Spans[index];
        return intrinsic switch
        {
            Intrinsic.Duration => StaticValue.FromDuration(span.DurationNano),
            Intrinsic.Name => StaticValue.FromString(span.Name),
            Intrinsic.Status => StaticValue.FromStatus((int)span.StatusCode),
            Intrinsic.StatusMessage => StaticValue.FromString(span.StatusMessage),
            Intrinsic.Kind => StaticValue.FromKind((int)span.Kind),
            Intrinsic.SpanId => StaticValue.FromString(span.SpanId.ToString()),
            Intrinsic.SpanParentId => StaticValue.FromString(span.ParentSpanId.ToString()),
            Intrinsic.SpanChildCount => StaticValue.FromInt(trace.Tree.ChildCount[index]),
            Intrinsic.TraceDuration => StaticValue.FromDuration((long)Math.Min(trace.DurationNano, long.MaxValue)),
            Intrinsic.TraceRootName => StaticValue.FromString(trace.RootName),
            Intrinsic.TraceRootService => StaticValue.FromString(trace.RootService),
            Intrinsic.TraceId => StaticValue.FromString(TrimId(span.TraceId.ToString())),
            Intrinsic.InstrumentationName => StaticValue.FromString(span.Scope.Name),
            Intrinsic.InstrumentationVersion => StaticValue.FromString(span.Scope.Version),
            Intrinsic.NestedSetLeft => StaticValue.FromInt(trace.Tree.Left[index]),
            Intrinsic.NestedSetRight => StaticValue.FromInt(trace.Tree.Right[index]),
            Intrinsic.NestedSetParent => StaticValue.FromInt(trace.Tree.Parent[index]),
            _ => StaticValue.Nil,
        };
    }
}
