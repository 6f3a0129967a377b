using System.Collections.Frozen;

namespace Rubato.TraceQL.Syntax;

/// <summary>The words of the language outside attribute names.</summary>
internal static class Keywords
{
    private static readonly string[] AggregateNames = ["count", "min", "max", "avg", "sum"];

    private static readonly string[] MetricsNames =
    [
        "rate", "count_over_time", "min_over_time", "max_over_time", "avg_over_time", "sum_over_time", "histogram_over_time",
        "quantile_over_time",
    ];

    private static readonly FrozenDictionary<string, StaticValue> Literals = new Dictionary<string, StaticValue>
    {
        ["true"] = StaticValue.True,
        ["false"] = StaticValue.False,
        ["unset"] = StaticValue.FromStatus(0),
        ["ok"] = StaticValue.FromStatus(1),
        ["error"] = StaticValue.FromStatus(2),
        ["unspecified"] = StaticValue.FromKind(0),
        ["internal"] = StaticValue.FromKind(1),
        ["server"] = StaticValue.FromKind(2),
        ["client"] = StaticValue.FromKind(3),
        ["producer"] = StaticValue.FromKind(4),
        ["consumer"] = StaticValue.FromKind(5),
        ["minInt"] = StaticValue.FromInt(long.MinValue),
        ["maxInt"] = StaticValue.FromInt(long.MaxValue),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, AttributeScope> ScopeWords = new Dictionary<string, AttributeScope>
    {
        ["span"] = AttributeScope.Span,
        ["resource"] = AttributeScope.Resource,
        ["event"] = AttributeScope.Event,
        ["link"] = AttributeScope.Link,
        ["instrumentation"] = AttributeScope.Instrumentation,
        ["parent"] = AttributeScope.Parent,
    }.ToFrozenDictionary();

    /// <summary>Every word of the language but the intrinsics, for did-you-mean.</summary>
    public static IEnumerable<string> All =>
        [.. Values, .. Functions];

    /// <summary>Words that stand for a value inside braces.</summary>
    public static IEnumerable<string> Values => [.. Literals.Keys, "nil"];

    /// <summary>Words that begin a stage.</summary>
    public static IEnumerable<string> Functions => [.. AggregateNames, .. MetricsNames, "by", "coalesce", "select", "compare", "topk", "bottomk", "with"];

    public static string NameOf(AggregateFunction function) => AggregateNames[(int)function];

    public static string NameOf(MetricsFunction function) => MetricsNames[(int)function];

    public static bool TryAggregate(string word, out AggregateFunction function)
    {
        var index = Array.IndexOf(AggregateNames, word);
        function = (AggregateFunction)Math.Max(index, 0);
        return index >= 0;
    }

    public static bool TryMetrics(string word, out MetricsFunction function)
    {
        var index = Array.IndexOf(MetricsNames, word);
        function = (MetricsFunction)Math.Max(index, 0);
        return index >= 0;
    }

    public static bool TryLiteral(string word, out StaticValue value) => Literals.TryGetValue(word, out value);

    public static bool TryScope(string word, out AttributeScope scope) => ScopeWords.TryGetValue(word, out scope);

    public static bool IsIntrinsicScope(string word) => word is "span" or "trace" or "event" or "link" or "instrumentation";

    public static bool IsKeyword(string word) => Literals.ContainsKey(word) || Intrinsics.TryParse(word, out _) || All.Contains(word);
}
