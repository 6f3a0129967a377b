using System.Collections.Frozen;

namespace Rubato.TraceQL.Syntax;

/// <summary>Names and types of the intrinsics (spec/traceql.md 4.2).</summary>
public static class Intrinsics
{
    /// <summary>Canonical name first (the older form where one exists), then the scoped one.</summary>
    private static readonly (Intrinsic Intrinsic, StaticType Type, string Name, string? Scoped)[] Table =
    [
        (Intrinsic.Duration, StaticType.Duration, "duration", "span:duration"),
        (Intrinsic.Name, StaticType.String, "name", "span:name"),
        (Intrinsic.Status, StaticType.Status, "status", "span:status"),
        (Intrinsic.StatusMessage, StaticType.String, "statusMessage", "span:statusMessage"),
        (Intrinsic.Kind, StaticType.Kind, "kind", "span:kind"),
        (Intrinsic.SpanId, StaticType.String, "span:id", null),
        (Intrinsic.SpanParentId, StaticType.String, "span:parentID", null),
        (Intrinsic.SpanChildCount, StaticType.Int, "span:childCount", null),
        (Intrinsic.TraceDuration, StaticType.Duration, "traceDuration", "trace:duration"),
        (Intrinsic.TraceRootName, StaticType.String, "rootName", "trace:rootName"),
        (Intrinsic.TraceRootService, StaticType.String, "rootServiceName", "trace:rootService"),
        (Intrinsic.TraceId, StaticType.String, "trace:id", null),
        (Intrinsic.EventName, StaticType.String, "event:name", null),
        (Intrinsic.EventTimeSinceStart, StaticType.Duration, "event:timeSinceStart", null),
        (Intrinsic.LinkTraceId, StaticType.String, "link:traceID", null),
        (Intrinsic.LinkSpanId, StaticType.String, "link:spanID", null),
        (Intrinsic.InstrumentationName, StaticType.String, "instrumentation:name", null),
        (Intrinsic.InstrumentationVersion, StaticType.String, "instrumentation:version", null),
        (Intrinsic.NestedSetLeft, StaticType.Int, "nestedSetLeft", null),
        (Intrinsic.NestedSetRight, StaticType.Int, "nestedSetRight", null),
        (Intrinsic.NestedSetParent, StaticType.Int, "nestedSetParent", null),
        (Intrinsic.Parent, StaticType.Attribute, "parent", null),
    ];

    private static readonly FrozenDictionary<string, Intrinsic> ByName = Table
        .SelectMany(row => row.Scoped is null ? new[] { row.Name } : [row.Name, row.Scoped], (row, name) => (row.Intrinsic, name))
        .ToFrozenDictionary(pair => pair.name, pair => pair.Intrinsic);

    /// <summary>Every spelling, for completion and for did-you-mean.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static StaticType TypeOf(Intrinsic intrinsic) => Table[(int)intrinsic].Type;

    /// <summary>The name in answers, labels and error texts.</summary>
    public static string NameOf(Intrinsic intrinsic) => Table[(int)intrinsic].Name;

    public static bool TryParse(string name, out Intrinsic intrinsic) => ByName.TryGetValue(name, out intrinsic);
}
