using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>Aggregates over some spans of a trace, as the plain evaluator: sums and averages are of the type of the first number, others count in the divisor.</summary>
internal static class RowAggregates
{
    /// <param name="function">Any but the count.</param>
    /// <param name="values">What it computes with.</param>
    /// <param name="rows">The segment's rows by trace.</param>
    /// <param name="first">The place of the trace's first span.</param>
    /// <param name="spans">At least one, by their place in the trace.</param>
    /// <returns>Null when no span has a number.</returns>
    public static StaticValue? Of(AggregateFunction function, RowValues values, TraceRows rows, int first, List<int> spans)
    {
        if (values.AreDurations) return StaticValue.FromDuration(FoldDurations(function, values, rows, first, spans));
        StaticValue? best = null;
        var (count, whole, broken) = (0, 0L, 0.0);
        foreach (var span in spans)
        {
            var value = values.ScalarOf(rows.RowAt(first + span));
            if (!value.IsNumeric) continue;
            count++;
            if (best is not { } known)
            {
                best = value;
                (whole, broken) = value.Type == StaticType.Float ? (0L, value.Float) : (value.Int, 0.0);
                continue;
            }

            switch (function)
            {
                case AggregateFunction.Min when Constants.Compare(BinaryOperator.Less, value, known):
                case AggregateFunction.Max when Constants.Compare(BinaryOperator.Greater, value, known):
                    best = value;
                    break;
                case AggregateFunction.Sum or AggregateFunction.Avg when value.Type == known.Type:
                    if (value.Type == StaticType.Float) broken += value.Float;
                    else whole = unchecked(whole + value.Int);
                    break;
            }
        }

        if (best is not { } initial || function is AggregateFunction.Min or AggregateFunction.Max) return best;
        var divisor = function == AggregateFunction.Avg ? count : 0;
        return initial.Type switch
        {
            StaticType.Float => StaticValue.FromFloat(divisor == 0 ? broken : broken / divisor),
            StaticType.Duration => StaticValue.FromDuration(divisor == 0 ? whole : whole / divisor),
            _ => divisor == 0 ? StaticValue.FromInt(whole) : StaticValue.FromFloat((double)whole / divisor),
        };
    }

    // Every span has one, and no other type: the same as above, without a look at each.
    private static long FoldDurations(AggregateFunction function, RowValues values, TraceRows rows, int first, List<int> spans)
    {
        var result = values.DurationAt(rows.RowAt(first + spans[0]));
        for (var i = 1; i < spans.Count; i++)
        {
            var next = values.DurationAt(rows.RowAt(first + spans[i]));
            result = function switch
            {
                AggregateFunction.Min => Math.Min(result, next),
                AggregateFunction.Max => Math.Max(result, next),
                _ => unchecked(result + next),
            };
        }

        return function == AggregateFunction.Avg ? result / spans.Count : result;
    }
}
