using CsCheck;
using Rubato.Model.Spans;
using Rubato.TraceQL.Semantics;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>Random spans and random filters over few keys and values, so that they meet often.</summary>
internal static class RandomTraces
{
    private const ulong Origin = 1_700_000_000_000_000_000;

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<string> Text = OneOf("", "a", "ab", "GET /x", "ü");

    private static readonly Gen<AttributeValue> Scalar = Gen.OneOf(
        Text.Select(AttributeValue.Of), Gen.Long[-2, 3].Select(AttributeValue.Of), OneOf(-1.5, 0.0, 1.0, 2.0, double.NaN).Select(AttributeValue.Of),
        Gen.Bool.Select(AttributeValue.Of));

    private static readonly Gen<AttributeValue> Value = Gen.Frequency(
        (8, Scalar), (1, Scalar.Array[0, 3].Select(a => AttributeValue.Of((IReadOnlyList<AttributeValue>)a))),
        (1, Text.Array[1, 3].Select(a => AttributeValue.Of(Array.ConvertAll(a, AttributeValue.Of)))),
        (1, Gen.Const(AttributeValue.Of(new byte[] { 1 }))), (1, Gen.Const(AttributeValue.Empty)));

    // Distinct keys: what a sender's duplicate key means is not specified.
    private static Gen<KeyValuePair<string, AttributeValue>[]> Attributes(params string[] keys) =>
        Gen.Select(Gen.Bool.Array[keys.Length], Value.Array[keys.Length], (take, values) =>
            Enumerable.Range(0, keys.Length).Where(i => take[i]).Select(i => KeyValuePair.Create(keys[i], values[i])).ToArray());

    private static readonly Gen<Resource> Resources = Attributes("x", "service.name", "r").Select(a => new Resource { Attributes = a });

    private static readonly Gen<InstrumentationScope> Scopes =
        Gen.Select(Text, Attributes("x"), (name, a) => new InstrumentationScope { Name = name, Version = name, Attributes = a });

    private static readonly Gen<SpanEvent[]> Events = Gen.Select(Text, Gen.ULong[0, 5], Attributes("x", "e"), (name, at, a) =>
        new SpanEvent { Name = name, TimeUnixNano = Origin + at, Attributes = a }).Array[0, 2];

    private static readonly Gen<SpanLink[]> Links = Gen.Select(Gen.ULong[1, 3], Gen.ULong[1, 4], Attributes("x", "opentracing.ref_type"), (trace, span, a) =>
        new SpanLink { TraceId = new TraceId(0, trace).ToByteArray(), SpanId = new SpanId(span).ToByteArray(), Attributes = a }).Array[0, 2];

    public static readonly Gen<Span> OneSpan =
        from trace in Gen.ULong[1, 6]
        from id in Gen.ULong[1, 400]
        from parent in Gen.ULong[0, 12]
        from kind in Gen.Int[0, 5]
        from status in Gen.Int[0, 2]
        from start in Gen.ULong[0, 20]
        from duration in Gen.Long[-1, 3]
        from name in Text
        from attributes in Attributes("x", "y", "z", "service.name")
        from resource in Resources
        from scope in Scopes
        from events in Events
        from links in Links
        select new Span
        {
            TraceId = new TraceId(0, trace),
            SpanId = new SpanId(id),
            ParentSpanId = new SpanId(parent),
            Kind = (SpanKind)kind,
            StatusCode = (StatusCode)status,
            StatusMessage = name,
            StartUnixNano = Origin + start,
            EndUnixNano = Origin + start + (ulong)duration,
            Name = name,
            Attributes = attributes,
            Resource = resource,
            Scope = scope,
            Events = events,
            Links = links,
        };

    /// <summary>Spans without two of the same id and kind in a trace: which of two different ones counts is not specified.</summary>
    public static readonly Gen<Span[]> Spans = OneSpan.Array[0, 60].Select(spans => spans.DistinctBy(s => (s.TraceId, s.SpanId)).ToArray());

    private static readonly Gen<string> Literal = OneOf(
        "\"\"", "\"a\"", "\"ab\"", "\"ü\"", "1", "0", "-1", "2", "1.0", "0.0", "-1.5", "true", "false", "2ns", "0s", "error", "ok", "unset", "server", "client");

    private static readonly string[] FieldNames =
    [
        "span.x", "span.y", "span.z", "resource.x", "resource.r", "resource.service.name", ".x", ".y", ".r", ".service.name", "event.x", "event.e", "link.x",
        "instrumentation.x", "name", "status", "kind", "duration", "statusMessage", "event:name", "event:timeSinceStart", "link:spanID", "link:traceID",
        "instrumentation:name", "span:id", "span:parentID", "trace:id", "rootName", "rootServiceName", "traceDuration", "nestedSetLeft", "nestedSetParent",
        "span:childCount",
    ];

    private static readonly Gen<string> Field = OneOf(FieldNames);

    private static readonly Gen<string> Condition = Gen.Frequency(
        (10, Gen.Select(Field, OneOf("=", "!=", "<", "<=", ">", ">="), Literal, (f, op, v) => $"{f} {op} {v}")),
        (2, Gen.Select(Field, OneOf("=", "!=", "<", ">="), Literal, (f, op, v) => $"{v} {op} {f}")),
        (3, Gen.Select(Field, OneOf("=~", "!~"), OneOf("\"a.*\"", "\".*b\"", "\"\"", "\".*\"", "\"a|ü\""), (f, op, v) => $"{f} {op} {v}")),
        (2, Gen.Select(Field, OneOf("=", "!="), (f, op) => $"{f} {op} nil")),
        (2, Gen.Select(Field, OneOf("=", "!=", "<"), Field, (f, op, g) => $"{f} {op} {g}")),
        (1, Gen.Select(Field, Field, OneOf("=", ">"), Literal, (f, g, op, v) => $"{f} + {g} {op} {v}")),
        (1, Gen.Select(Field, f => $"(-{f}) < 1")),
        (1, Field),
        (1, Gen.Select(OneOf("000000000000000", "0", ""), Gen.Int[1, 9], OneOf("span:id", "span:parentID", "trace:id", "link:traceID"),
            (zeros, digit, f) => $"{f} = \"{zeros}{digit}\"")));

    /// <summary>The inside of a filter. Not every one is valid.</summary>
    private static readonly Gen<string> AnyExpression = Gen.Recursive<string>((depth, self) => depth > 3 ? Condition : Gen.Frequency(
        (4, Condition), (3, Gen.Select(self, OneOf("&&", "||"), self, (l, op, r) => $"({l}) {op} ({r})")), (1, self.Select(e => $"!({e})"))));

    /// <summary>The inside of a filter, well typed.</summary>
    public static readonly Gen<string> Expression =
        AnyExpression.Where(e => TraceQLCompiler.TryCompile($"{{ {e} }}", QueryUse.Search, out _, out _));

    public static readonly Gen<string> Query = Gen.Frequency(
        (6, Expression.Select(e => $"{{ {e} }}")),
        (3, Gen.Select(Expression, OneOf("&&", "||", ">", ">>", "<", "<<", "~", "!>", "!~", "!<<", "&>", "&~"), Expression, (l, op, r) => $"{{ {l} }} {op} {{ {r} }}")),
        (1, Expression.Select(e => $"{{ {e} }} | by(span.x) | count() > 1")),
        (1, Gen.Select(Expression, Expression, (l, r) => $"{{ {l} }} | {{ {r} }}")),
        (1, Gen.Const("{ }")));

    /// <summary>Pipelines of all kinds, scalar filters, groups and operators between groups among them.</summary>
    public static readonly Gen<string> Pipeline = Gen.Frequency(
        (6, Query),
        (2, Gen.Select(Query, Stage, (q, s) => q + s)),
        (2, Gen.Select(Query, Stage, Stage, (q, s, t) => q + s + t)),
        (1, Gen.Select(Query, Stage, OneOf("&&", "||", ">", ">>", "~", "!<", "&>>"), Expression, (q, s, op, r) => $"({q}{s} | coalesce()) {op} ({{ {r} }})")),
        (1, Gen.Select(Expression, Expression, OneOf("||", "&&", ">>"), (a, b, op) => $"{{ {a} }} {op} {{ {b} }} || {{ {a} }}")),
        (1, Gen.Const("{ false }")));

    private static Gen<string> Stage => Gen.Frequency(
        (2, Field.Select(f => $" | by({f})")),
        (1, Gen.Select(Field, OneOf("+ 1 > 1", "= 1", "!= nil"), (f, rest) => $" | by({f} {rest})")),
        (2, Gen.Select(OneOf(">", "=", "<=", "!="), Gen.Int[0, 4], (op, n) => $" | count() {op} {n}")),
        (2, Gen.Select(OneOf("min", "max", "avg", "sum"), Field, OneOf(">", "<", "=", ">=", "!="), OneOf("0", "1", "1.5", "2ns", "-1"), (f, on, op, v) => $" | {f}({on}) {op} {v}")),
        (1, Gen.Select(OneOf("min", "sum"), Field, (f, on) => $" | {f}({on} * 2) > 1")),
        (1, Expression.Select(e => $" | {{ {e} }}")),
        (1, Gen.Const(" | coalesce()")),
        (1, Field.Select(f => $" | select({f})")));
}
