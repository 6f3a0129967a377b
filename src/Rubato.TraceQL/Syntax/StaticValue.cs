using System.Globalization;

namespace Rubato.TraceQL.Syntax;

/// <summary>
/// A value written in a query, or computed from such values. Durations are nanoseconds; status and kind hold OTLP's numbers
/// (status: unset 0, ok 1, error 2; kind: unspecified 0, internal 1, server 2, client 3, producer 4, consumer 5).
/// </summary>
public readonly record struct StaticValue
{
    private StaticValue(StaticType type, long bits, string? text = null) => (Type, Bits, Text) = (type, bits, text);

    public StaticType Type { get; }

    /// <summary>The bits of every type but string; a float is stored as its bit pattern.</summary>
    private long Bits { get; }

    private string? Text { get; }

    public static StaticValue Nil => default;

    public static StaticValue True => FromBool(true);

    public static StaticValue False => FromBool(false);

    /// <summary>The integer of an int, duration (ns), status or kind; 1 or 0 of a bool.</summary>
    public long Int => Type is StaticType.Float or StaticType.String or StaticType.Nil ? throw WrongType() : Bits;

    public double Float => Type is StaticType.Float ? BitConverter.Int64BitsToDouble(Bits) : throw WrongType();

    public bool Bool => Type is StaticType.Bool ? Bits != 0 : throw WrongType();

    public string String => Type is StaticType.String ? Text! : throw WrongType();

    public bool IsNumeric => Type is StaticType.Int or StaticType.Float or StaticType.Duration;

    /// <summary>The number of an int, a duration (ns) or a float, as a double.</summary>
    public double AsDouble() => Type is StaticType.Float ? Float : Int;

    public static StaticValue FromInt(long value) => new(StaticType.Int, value);

    public static StaticValue FromFloat(double value) => new(StaticType.Float, BitConverter.DoubleToInt64Bits(value));

    public static StaticValue FromString(string value) => new(StaticType.String, 0, value);

    public static StaticValue FromBool(bool value) => new(StaticType.Bool, value ? 1 : 0);

    public static StaticValue FromDuration(long nanoseconds) => new(StaticType.Duration, nanoseconds);

    public static StaticValue FromStatus(int otlpNumber) => new(StaticType.Status, otlpNumber);

    public static StaticValue FromKind(int otlpNumber) => new(StaticType.Kind, otlpNumber);

    public override string ToString() => LiteralText.Format(this);

    private InvalidOperationException WrongType() =>
        new(string.Create(CultureInfo.InvariantCulture, $"the value {this} is of type {Type}; ask Type first"));
}
