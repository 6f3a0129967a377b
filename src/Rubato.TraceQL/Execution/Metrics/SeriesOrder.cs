using System.Globalization;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>The order of series in answers, and which of equal ones <c>topk</c> keeps: number of labels, then keys and values as text.</summary>
internal sealed class SeriesOrder : IComparer<IReadOnlyList<KeyValuePair<string, AttributeValue>>>
{
    public static readonly SeriesOrder Instance = new();

    public int Compare(IReadOnlyList<KeyValuePair<string, AttributeValue>>? x, IReadOnlyList<KeyValuePair<string, AttributeValue>>? y)
    {
        if (x is null || y is null) return Comparer<bool>.Default.Compare(x is not null, y is not null);
        var order = x.Count.CompareTo(y.Count);
        for (var i = 0; order == 0 && i < x.Count; i++)
        {
            order = string.CompareOrdinal(x[i].Key, y[i].Key);
            if (order == 0) order = Compare(x[i].Value, y[i].Value);
        }

        return order;
    }

    private static int Compare(AttributeValue x, AttributeValue y)
    {
        if (x.Kind != y.Kind) return x.Kind.CompareTo(y.Kind);
        return x.Kind switch
        {
            AttributeKind.Int => x.AsInt.CompareTo(y.AsInt),
            AttributeKind.Double => x.AsDouble.CompareTo(y.AsDouble),
            AttributeKind.String => string.CompareOrdinal(x.AsString, y.AsString),
            _ => string.Compare(x.ToString(), y.ToString(), CultureInfo.InvariantCulture, CompareOptions.Ordinal),
        };
    }
}
