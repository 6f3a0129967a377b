using System.Globalization;

namespace Rubato.Client;

/// <summary>A value as TraceQL writes it. Made from .NET's by conversion.</summary>
public readonly struct TraceQLValue
{
    private readonly string? _text;

    private TraceQLValue(string text) => _text = text;

    /// <summary>As it stands in a query.</summary>
    internal string Text => _text ?? "nil";

    /// <summary>A text, quoted; null is <c>nil</c>.</summary>
    public static implicit operator TraceQLValue(string? value) => value is null ? default : new TraceQLValue(TraceQL.Quote(value));

    /// <summary>A whole number.</summary>
    public static implicit operator TraceQLValue(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A whole number.</summary>
    public static implicit operator TraceQLValue(int value) => (long)value;

    /// <summary>A number, always with a point: TraceQL compares doubles with doubles only.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is infinite or not a number: TraceQL has no such literal.</exception>
    public static implicit operator TraceQLValue(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "TraceQL has no literal for it");
        }

        // No exponents: not every reader of TraceQL takes them.
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        if (text.Contains('E', StringComparison.Ordinal))
        {
            text = value.ToString("F340", CultureInfo.InvariantCulture).TrimEnd('0');
        }

        return new TraceQLValue(text.EndsWith('.') ? text + "0" : text.Contains('.', StringComparison.Ordinal) ? text : text + ".0");
    }

    /// <summary>True or false.</summary>
    public static implicit operator TraceQLValue(bool value) => new(value ? "true" : "false");

    /// <summary>A duration, to the nanosecond.</summary>
    public static implicit operator TraceQLValue(TimeSpan value) => new((value.Ticks * TimeSpan.NanosecondsPerTick).ToString(CultureInfo.InvariantCulture) + "ns");

    /// <summary><c>error</c>, <c>ok</c> or <c>unset</c>.</summary>
    public static implicit operator TraceQLValue(SpanStatus value) => new(value switch
    {
        SpanStatus.Ok => "ok",
        SpanStatus.Error => "error",
        _ => "unset",
    });

    /// <summary><c>server</c>, <c>client</c> and so on.</summary>
    public static implicit operator TraceQLValue(SpanKind value) => new(value switch
    {
        SpanKind.Internal => "internal",
        SpanKind.Server => "server",
        SpanKind.Client => "client",
        SpanKind.Producer => "producer",
        SpanKind.Consumer => "consumer",
        _ => "unspecified",
    });
}
