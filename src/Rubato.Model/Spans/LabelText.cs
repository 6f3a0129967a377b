using System.Globalization;

namespace Rubato.Model.Spans;

/// <summary>Values of attributes as texts where metrics and graphs have them as labels and names (spec/metrics-generator.md 2.2).</summary>
public static class LabelText
{
    /// <summary>As Prometheus' labels write numbers: shortest decimal, never an exponent.</summary>
    public static string Of(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : Math.Abs(value) is >= 1e-4 and < 1e15 ? value.ToString("R", CultureInfo.InvariantCulture)
        : value.ToString("0.###################################################", CultureInfo.InvariantCulture);

    /// <summary>Arrays and maps as Tempo writes them into a label; empty for bytes and for no value.</summary>
    public static string Of(AttributeValue value) => value.Kind switch
    {
        AttributeKind.String => value.AsString,
        AttributeKind.Bool => value.AsBool ? "true" : "false",
        AttributeKind.Int => value.AsInt.ToString(CultureInfo.InvariantCulture),
        AttributeKind.Double => Of(value.AsDouble),
        AttributeKind.Array => "[" + string.Concat(value.AsArray.Select(Of)) + "]",
        AttributeKind.KeyValueList => "{" + string.Concat(value.AsKeyValueList.Select(pair => pair.Key + ":" + Of(pair.Value))) + "}",
        _ => "",
    };
}
