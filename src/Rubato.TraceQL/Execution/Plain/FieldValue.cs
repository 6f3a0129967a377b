using Rubato.Model.Spans;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>
/// A field's value on one span as TraceQL sees it (spec/traceql.md 5.1): a scalar, an array of scalars of one type, or nil.
/// </summary>
internal readonly struct FieldValue : IEquatable<FieldValue>
{
    private readonly StaticValue _scalar;
    private readonly StaticValue[]? _array;

    private FieldValue(StaticValue scalar, StaticValue[]? array) => (_scalar, _array) = (scalar, array);

    public static FieldValue Nil => default;

    public bool IsNil => _array is null && _scalar.Type == StaticType.Nil;

    public bool IsArray => _array is not null;

    /// <summary>Nil for arrays: where one value is needed an array does not fit.</summary>
    public StaticValue Scalar => _scalar;

    /// <summary>The elements of an array; the scalar alone otherwise.</summary>
    public ReadOnlySpan<StaticValue> Elements => _array ?? [_scalar];

    public static implicit operator FieldValue(StaticValue value) => new(value, null);

    /// <summary>Bytes, key-value lists, nested, mixed and empty arrays are invisible; an array of one element is that element.</summary>
    public static FieldValue Of(AttributeValue value)
    {
        if (value.Kind != AttributeKind.Array) return ScalarOf(value);
        var elements = value.AsArray;
        if (elements.Count == 0) return Nil;
        if (elements.Count == 1) return ScalarOf(elements[0]);
        var array = new StaticValue[elements.Count];
        for (var i = 0; i < array.Length; i++)
        {
            if (elements[i].Kind != elements[0].Kind) return Nil;
            array[i] = ScalarOf(elements[i]);
            if (array[i].Type == StaticType.Nil) return Nil;
        }

        return new FieldValue(default, array);
    }

    /// <summary>
    /// Arrays against a scalar element by element (spec/traceql.md 8): some element for every operator but <c>!=</c>, which
    /// needs all to differ. Array against array is false.
    /// </summary>
    /// <param name="op">One of the six comparisons.</param>
    /// <param name="left">Left operand.</param>
    /// <param name="right">Right operand.</param>
    /// <param name="sameType">Attribute against literal: only values of exactly the literal's type match (5.2).</param>
    public static bool Compare(BinaryOperator op, FieldValue left, FieldValue right, bool sameType)
    {
        if (left.IsNil || right.IsNil || (left.IsArray && right.IsArray)) return false;
        var all = op == BinaryOperator.NotEqual;
        foreach (var l in left.Elements)
        {
            foreach (var r in right.Elements)
            {
                if ((!sameType || l.Type == r.Type) && Constants.Compare(op, l, r))
                {
                    if (!all) return true;
                }
                else if (all)
                {
                    return false;
                }
            }
        }

        return all;
    }

    /// <summary>Only strings match or do not match; <c>!~</c> on an array: no element matches.</summary>
    public static bool Matches(FieldValue value, Regex.Re2Regex regex, bool negated)
    {
        if (value.IsNil || value.Elements[0].Type != StaticType.String) return false;
        foreach (var element in value.Elements)
        {
            if (regex.IsMatch(element.String)) return !negated;
        }

        return negated;
    }

    /// <summary>How answers show it (spec/traceql.md 12.5, 15.2): durations, status and kind as text, nil as the text nil.</summary>
    public AttributeValue ToAttribute()
    {
        if (_array is null) return ToAttribute(_scalar);
        return AttributeValue.Of(Array.ConvertAll(_array, ToAttribute));
    }

    public bool Equals(FieldValue other) => _array is null
        ? other._array is null && _scalar == other._scalar
        : other._array is not null && _array.AsSpan().SequenceEqual(other._array);

    public override bool Equals(object? obj) => obj is FieldValue other && Equals(other);

    public override int GetHashCode() => _array is null ? _scalar.GetHashCode() : HashCode.Combine(_array.Length, _array[0]);

    private static AttributeValue ToAttribute(StaticValue value) => value.Type switch
    {
        StaticType.Int => AttributeValue.Of(value.Int),
        StaticType.Float => AttributeValue.Of(value.Float),
        StaticType.Bool => AttributeValue.Of(value.Bool),
        StaticType.String => AttributeValue.Of(value.String),
        StaticType.Nil => AttributeValue.Of("nil"),
        StaticType.Duration => AttributeValue.Of(LiteralText.FormatDuration(value.Int)),
        _ => AttributeValue.Of(value.ToString()),
    };

    private static StaticValue ScalarOf(AttributeValue value) => value.Kind switch
    {
        AttributeKind.String => StaticValue.FromString(value.AsString),
        AttributeKind.Int => StaticValue.FromInt(value.AsInt),
        AttributeKind.Double => StaticValue.FromFloat(value.AsDouble),
        AttributeKind.Bool => StaticValue.FromBool(value.AsBool),
        _ => StaticValue.Nil,
    };
}
