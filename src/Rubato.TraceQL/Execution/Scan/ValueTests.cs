using System.Text;
using Rubato.Model.Columns;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Regex;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary><c>=~</c> and <c>!~</c>: only strings match or do not match.</summary>
internal sealed class RegexTest(Re2Regex regex, bool negated) : ValueTest
{
    private readonly byte[] _needle = negated ? [] : Encoding.UTF8.GetBytes(LongestOf(regex));

    // The cast matters: without it null becomes a null array, and that an empty text.
    public override ReadOnlyMemory<byte>? ExactText => !negated && regex.Exact is not null ? (ReadOnlyMemory<byte>?)_needle : null;

    public override ReadOnlyMemory<byte> Needle => _needle;

    public override bool Accepts(ColumnType type) => type is ColumnType.String or ColumnType.Any;

    public override bool Text(ReadOnlySpan<byte> utf8) => regex.IsMatchUtf8(utf8) != negated;

    public override bool Value(FieldValue value) => FieldValue.Matches(value, regex, negated);

    private static string LongestOf(Re2Regex regex)
    {
        if (regex.Exact is { } exact) return exact;
        var longest = regex.Substring;
        if (regex.Prefix.Length > longest.Length) longest = regex.Prefix;
        return regex.Suffix.Length > longest.Length ? regex.Suffix : longest;
    }
}

/// <summary><c>!= nil</c>: any visible value.</summary>
internal sealed class PresentTest : ValueTest
{
    public static readonly PresentTest Instance = new();

    public override bool Accepts(ColumnType type) => true;

    public override bool Text(ReadOnlySpan<byte> utf8) => true;

    public override bool Int(long value) => true;

    public override bool Float(double value) => true;

    public override bool Bool(bool value) => true;

    public override bool Value(FieldValue value) => !value.IsNil;

    public override bool TryIntRange(out long low, out long high, out bool inverted)
    {
        (low, high, inverted) = (long.MinValue, long.MaxValue, false);
        return true;
    }

    // Not in a range that is empty: NaN is a value too.
    public override bool TryFloatRange(out double low, out double high, out bool inverted)
    {
        (low, high, inverted) = (double.NaN, double.NaN, true);
        return true;
    }
}

/// <summary>A bare boolean attribute, or its negation: arrays do not fit.</summary>
internal sealed class BareBoolTest(bool wanted) : ValueTest
{
    public override bool Accepts(ColumnType type) => type is ColumnType.Bool or ColumnType.Any;

    public override bool Bool(bool value) => value == wanted;

    public override bool Value(FieldValue value) => value.Scalar.Type == StaticType.Bool && value.Scalar.Bool == wanted;
}

/// <summary>Legacy tag search: the text contains another (spec/traceql.md 18).</summary>
internal sealed class ContainsTest(string part) : ValueTest
{
    private readonly byte[] _part = Encoding.UTF8.GetBytes(part);

    public override ReadOnlyMemory<byte> Needle => _part;

    public override bool Accepts(ColumnType type) => type == ColumnType.String;

    public override bool Text(ReadOnlySpan<byte> utf8) => utf8.IndexOf(_part) >= 0;

    public override bool Value(FieldValue value) => value.Scalar.Type == StaticType.String && value.Scalar.String.Contains(part, StringComparison.Ordinal);
}

/// <summary>Ids of links: columns hold raw bytes, queries their hex text.</summary>
internal sealed class HexTest(ValueTest text, bool trimZeros) : ValueTest
{
    public override bool Accepts(ColumnType type) => true;

    public override bool Text(ReadOnlySpan<byte> raw) => text.Text(Encoding.UTF8.GetBytes(HexOf(raw)));

    public override bool Value(FieldValue value) => text.Value(value);

    private string HexOf(ReadOnlySpan<byte> raw)
    {
        var hex = Convert.ToHexStringLower(raw);
        return trimZeros ? PlainFields.TrimId(hex) : hex;
    }
}
