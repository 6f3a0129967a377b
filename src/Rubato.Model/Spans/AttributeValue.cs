namespace Rubato.Model.Spans;

/// <summary>Which member of OTLP's AnyValue is set.</summary>
public enum AttributeKind : byte
{
    /// <summary>No member set; valid OTLP, returned as it came.</summary>
    Empty,
    String,
    Bool,
    Int,
    Double,
    Bytes,
    Array,
    KeyValueList,
}

/// <summary>One attribute value as a plain object: for answers, tests and the plain evaluator, never on the way in.</summary>
public sealed class AttributeValue : IEquatable<AttributeValue>
{
    public static readonly AttributeValue Empty = new(AttributeKind.Empty, null, 0);

    private readonly object? _reference;
    private readonly long _bits;

    private AttributeValue(AttributeKind kind, object? reference, long bits)
    {
        Kind = kind;
        _reference = reference;
        _bits = bits;
    }

    public AttributeKind Kind { get; }

    public string AsString => (string)_reference!;

    public bool AsBool => _bits != 0;

    public long AsInt => _bits;

    public double AsDouble => BitConverter.Int64BitsToDouble(_bits);

    public byte[] AsBytes => (byte[])_reference!;

    public IReadOnlyList<AttributeValue> AsArray => (IReadOnlyList<AttributeValue>)_reference!;

    public IReadOnlyList<KeyValuePair<string, AttributeValue>> AsKeyValueList =>
        (IReadOnlyList<KeyValuePair<string, AttributeValue>>)_reference!;

    public static AttributeValue Of(string value) => new(AttributeKind.String, value, 0);

    public static AttributeValue Of(bool value) => new(AttributeKind.Bool, null, value ? 1 : 0);

    public static AttributeValue Of(long value) => new(AttributeKind.Int, null, value);

    public static AttributeValue Of(double value) => new(AttributeKind.Double, null, BitConverter.DoubleToInt64Bits(value));

    public static AttributeValue Of(byte[] value) => new(AttributeKind.Bytes, value, 0);

    public static AttributeValue Of(IReadOnlyList<AttributeValue> values) => new(AttributeKind.Array, values, 0);

    public static AttributeValue Of(IReadOnlyList<KeyValuePair<string, AttributeValue>> values) => new(AttributeKind.KeyValueList, values, 0);

    /// <summary>Same kind and same content; doubles by their bits, so that NaN equals itself.</summary>
    public bool Equals(AttributeValue? other)
    {
        if (other is null || Kind != other.Kind || _bits != other._bits) return false;
        return Kind switch
        {
            AttributeKind.String => AsString == other.AsString,
            AttributeKind.Bytes => AsBytes.AsSpan().SequenceEqual(other.AsBytes),
            AttributeKind.Array => AsArray.SequenceEqual(other.AsArray),
            AttributeKind.KeyValueList => AsKeyValueList.SequenceEqual(other.AsKeyValueList),
            _ => true,
        };
    }

    public override bool Equals(object? obj) => Equals(obj as AttributeValue);

    public override int GetHashCode() => Kind switch
    {
        AttributeKind.String => AsString.GetHashCode(StringComparison.Ordinal),
        AttributeKind.Bytes => AsBytes.Length,
        AttributeKind.Array => AsArray.Count,
        AttributeKind.KeyValueList => AsKeyValueList.Count,
        _ => HashCode.Combine(Kind, _bits),
    };

    public override string ToString() => Kind switch
    {
        AttributeKind.String => AsString,
        AttributeKind.Bool => AsBool ? "true" : "false",
        AttributeKind.Int => AsInt.ToString(System.Globalization.CultureInfo.InvariantCulture),
        AttributeKind.Double => AsDouble.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        AttributeKind.Bytes => Convert.ToBase64String(AsBytes),
        AttributeKind.Array => "[" + string.Join(", ", AsArray) + "]",
        AttributeKind.KeyValueList => "{" + string.Join(", ", AsKeyValueList.Select(p => p.Key + ": " + p.Value)) + "}",
        _ => "",
    };
}
