using System.Globalization;

namespace Rubato.Client;

/// <summary>A typed value of an attribute. Two are equal when type and value are.</summary>
public sealed class AttributeValue : IEquatable<AttributeValue>
{
    private AttributeValue(AttributeValueKind kind, object? value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>No value.</summary>
    public static AttributeValue Empty { get; } = new(AttributeValueKind.Empty, null);

    /// <summary>Its type.</summary>
    public AttributeValueKind Kind { get; }

    /// <summary>A string, long, double, bool, list of <see cref="AttributeValue"/>, dictionary of them, byte[], or null.</summary>
    public object? Value { get; }

    /// <summary>The whole number, or null where the value is none.</summary>
    public long? AsInteger => Value as long?;

    /// <summary>The number, whole or not, or null where the value is none.</summary>
    public double? AsNumber => Value is long whole ? whole : Value as double?;

    /// <summary>True or false, or null where the value is neither.</summary>
    public bool? AsBoolean => Value as bool?;

    /// <summary>A text.</summary>
    public static AttributeValue Of(string value) => new(AttributeValueKind.Text, value);

    /// <summary>A whole number.</summary>
    public static AttributeValue Of(long value) => new(AttributeValueKind.Integer, value);

    /// <summary>A number.</summary>
    public static AttributeValue Of(double value) => new(AttributeValueKind.Number, value);

    /// <summary>True or false.</summary>
    public static AttributeValue Of(bool value) => new(AttributeValueKind.Boolean, value);

    /// <summary>A list.</summary>
    public static AttributeValue Of(IReadOnlyList<AttributeValue> values) => new(AttributeValueKind.Array, values);

    /// <summary>Values by name.</summary>
    public static AttributeValue Of(IReadOnlyDictionary<string, AttributeValue> values) => new(AttributeValueKind.Map, values);

    /// <summary>Bytes.</summary>
    public static AttributeValue Of(byte[] value) => new(AttributeValueKind.Bytes, value);

    /// <inheritdoc/>
    public bool Equals(AttributeValue? other) => other is not null && Kind == other.Kind && (Value, other.Value) switch
    {
        (IReadOnlyList<AttributeValue> a, IReadOnlyList<AttributeValue> b) => a.SequenceEqual(b),
        (IReadOnlyDictionary<string, AttributeValue> a, IReadOnlyDictionary<string, AttributeValue> b) =>
            a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out AttributeValue? value) && value.Equals(pair.Value)),
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        _ => Equals(Value, other.Value),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeValue);

    /// <inheritdoc/>
    public override int GetHashCode() => Value is string or long or double or bool ? HashCode.Combine(Kind, Value) : (int)Kind;

    /// <summary>The value as a text for people: lists and maps in brackets, bytes in base64.</summary>
    public override string ToString() => Value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IReadOnlyList<AttributeValue> list => $"[{string.Join(", ", list)}]",
        IReadOnlyDictionary<string, AttributeValue> map => $"{{{string.Join(", ", map.Select(static pair => $"{pair.Key}: {pair.Value}"))}}}",
        byte[] bytes => Convert.ToBase64String(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Value.ToString() ?? "",
    };
}
