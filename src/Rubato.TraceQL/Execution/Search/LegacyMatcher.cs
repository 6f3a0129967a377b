using System.Globalization;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>
/// Search by tags (spec/traceql.md 18): some resource of the trace has them all, each on any of its spans or on itself.
/// Without tags every trace matches.
/// </summary>
internal sealed class LegacyMatcher : ITraceMatcher
{
    private readonly List<List<(Field Field, ValueTest Test)>> _tags;

    public LegacyMatcher(IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        _tags = [.. tags.Select(t => ConditionsOf(t.Key, t.Value))];
        Needed = new NeededFields { AllOfResource = tags.Count > 1 };
        foreach (var (field, _) in _tags.SelectMany(t => t)) Needed.Add(field);
        Candidates = TraceFormula.AllOf(_tags.Select(tag =>
            TraceFormula.Of(FilterPlan.Of(new OrNode(tag.Select(c => FilterPlan.Leaf(c.Field, c.Test)))))));
    }

    public TraceFormula Candidates { get; }

    public NeededFields Needed { get; }

    public TraceSearchResult? Match(PlainTrace trace)
    {
        if (_tags.Count == 0) return TraceResults.Of(trace);
        var resources = Enumerable.Range(0, trace.Spans.Count).GroupBy(i => IdentityOf(trace.Spans[i].Resource));
        var found = resources.Any(spans => _tags.TrueForAll(tag => spans.Any(i => Holds(tag, trace, i))));
        return found ? TraceResults.Of(trace) : null;
    }

    private static bool Holds(List<(Field Field, ValueTest Test)> tag, PlainTrace trace, int index) =>
        tag.Exists(c => PlainFields.ValuesOf(c.Field, trace, index).Exists(c.Test.Value));

    // Alternatives for one tag. Which keys are searched by substring is a matter of Tempo's built-in columns.
    private static List<(Field Field, ValueTest Test)> ConditionsOf(string key, string value)
    {
        switch (key)
        {
            case "name":
                return [(new IntrinsicField(Intrinsic.Name), new ContainsTest(value))];
            case "root.name":
                return [(new IntrinsicField(Intrinsic.TraceRootName), new ContainsTest(value))];
            case "root.service.name":
                return [(new IntrinsicField(Intrinsic.TraceRootService), new ContainsTest(value))];
            case "service.name":
                return [(new AttributeField(AttributeScope.Resource, key), new ContainsTest(value))];
            case "status.code" when StatusOf(value) is { } status:
                return [(new IntrinsicField(Intrinsic.Status), new LiteralTest(BinaryOperator.Equal, status, sameType: false))];
            case "http.status_code" when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code):
                return [(new AttributeField(AttributeScope.Span, key), new LiteralTest(BinaryOperator.Equal, StaticValue.FromInt(code), sameType: true))];
            case "cluster" or "namespace" or "pod" or "container" or "k8s.cluster.name" or "k8s.namespace.name" or "k8s.pod.name" or "k8s.container.name"
                or "http.method" or "http.url":
                return Anywhere(key, new ContainsTest(value));
            default:
                return Anywhere(key, new LiteralTest(BinaryOperator.Equal, StaticValue.FromString(value), sameType: true));
        }
    }

    private static List<(Field Field, ValueTest Test)> Anywhere(string key, ValueTest test) =>
        [(new AttributeField(AttributeScope.Span, key), test), (new AttributeField(AttributeScope.Resource, key), test)];

    private static StaticValue? StatusOf(string name) => name switch
    {
        "unset" => StaticValue.FromStatus((int)StatusCode.Unset),
        "ok" => StaticValue.FromStatus((int)StatusCode.Ok),
        "error" => StaticValue.FromStatus((int)StatusCode.Error),
        _ => null,
    };

    private static string IdentityOf(Resource resource) =>
        string.Join('\0', resource.Attributes.Select(a => $"{a.Key}\0{a.Value.Kind}\0{a.Value}").Order(StringComparer.Ordinal));
}
