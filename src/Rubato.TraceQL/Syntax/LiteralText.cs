using System.Globalization;
using System.Text;

namespace Rubato.TraceQL.Syntax;

/// <summary>Values and attribute names as TraceQL writes them.</summary>
public static class LiteralText
{
    private static readonly string[] StatusNames = ["unset", "ok", "error"];
    private static readonly string[] KindNames = ["unspecified", "internal", "server", "client", "producer", "consumer"];

    public static string Format(StaticValue value) => value.Type switch
    {
        StaticType.Int when value.Int == long.MinValue => "minInt", // has no literal: minus is an operator and the number alone overflows
        StaticType.Int => value.Int.ToString(CultureInfo.InvariantCulture),
        StaticType.Float => FormatFloat(value.Float),
        StaticType.String => Quote(value.String),
        StaticType.Bool => value.Bool ? "true" : "false",
        StaticType.Duration => FormatDuration(value.Int),
        StaticType.Status => StatusName(value.Int),
        StaticType.Kind => KindName(value.Int),
        _ => "nil",
    };

    public static string StatusName(long otlpNumber) => otlpNumber is >= 0 and <= 2 ? StatusNames[otlpNumber] : "unset";

    public static string KindName(long otlpNumber) => otlpNumber is >= 0 and <= 5 ? KindNames[otlpNumber] : "unspecified";

    /// <summary>Go's notation, in which answers show durations too: <c>1.5s</c>, <c>1m2s</c>, <c>2h0m0s</c>, <c>15ms</c>.</summary>
    public static string FormatDuration(long nanoseconds)
    {
        if (nanoseconds == 0)
            return "0s";
        var sign = nanoseconds < 0 ? "-" : "";
        var rest = nanoseconds < 0 ? (ulong)-(nanoseconds + 1) + 1 : (ulong)nanoseconds;
        if (rest < 1_000)
            return Join(sign, rest, "ns");
        if (rest < 1_000_000)
            return sign + Decimal(rest, 1_000) + "µs";
        if (rest < 1_000_000_000)
            return sign + Decimal(rest, 1_000_000) + "ms";
        var hours = rest / 3_600_000_000_000;
        var minutes = rest / 60_000_000_000 % 60;
        var seconds = Decimal(rest % 60_000_000_000, 1_000_000_000) + "s";
        return hours > 0 ? Join(sign, hours, "h") + Join("", minutes, "m") + seconds
            : minutes > 0 ? Join(sign, minutes, "m") + seconds
            : sign + seconds;

        static string Join(string before, ulong number, string after) => string.Create(CultureInfo.InvariantCulture, $"{before}{number}{after}");
        static string Decimal(ulong number, ulong unit) => ((decimal)number / unit).ToString("0.#########", CultureInfo.InvariantCulture);
    }

    /// <summary>Always with a point or an exponent: without one it would be an int, which matches other values.</summary>
    public static string FormatFloat(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
        return text.AsSpan().IndexOfAny('.', 'e') < 0 ? text + ".0" : text;
    }

    public static string Quote(string value)
    {
        if (value.AsSpan().IndexOfAny('"', '\\') >= 0 && value.AsSpan().IndexOfAny('`', '\r') < 0)
            return "`" + value + "`";
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '\x7f' => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        return text.Append('"').ToString();
    }

    /// <summary>The attribute with its scope: <c>span.x</c>, <c>.x</c>, <c>resource."a b"</c>.</summary>
    public static string FormatAttribute(AttributeScope scope, string name)
    {
        var prefix = scope switch
        {
            AttributeScope.Unscoped => ".",
            AttributeScope.Span => "span.",
            AttributeScope.Resource => "resource.",
            AttributeScope.Event => "event.",
            AttributeScope.Link => "link.",
            AttributeScope.Instrumentation => "instrumentation.",
            AttributeScope.Parent => "parent.",
            AttributeScope.ParentSpan => "parent.span.",
            _ => "parent.resource.",
        };
        // The same name would be read as something else: a number, or a scope.
        var misread = (scope == AttributeScope.Unscoped && char.IsAsciiDigit(name[0]))
            || (scope == AttributeScope.Parent && (name.StartsWith("span.", StringComparison.Ordinal) || name.StartsWith("resource.", StringComparison.Ordinal)));
        if (!misread && NameRunes.IsPlain(name))
            return prefix + name;
        return prefix + '"' + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
    }
}
