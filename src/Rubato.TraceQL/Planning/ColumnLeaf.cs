using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Planning;

/// <summary>How conditions on attributes and fixed columns share the reading of vectors.</summary>
internal abstract class ColumnLeaf(ValueTest test) : LeafNode
{
    protected ValueTest Test => test;

    public override int Cost => test.ExactText is not null ? 2 : test is RegexTest ? 8 : 4;

    /// <summary>Adds rows of one vector whose value passes.</summary>
    protected void Add(SegmentScan scan, ColumnVector vector, int column, ValueTest condition, Selection into)
    {
        switch (vector)
        {
            // Without a look at a single value: columns hold only rows that have one. What an encoded value is, its bytes tell.
            case not null when condition is PresentTest && vector.Type != ColumnType.Any:
                ColumnKernels.Present(vector, into);
                break;
            case StringVector text:
                // Testing every entry pays only where entries are shared.
                if (text.Dictionary.Count > text.Count * 2 && text.Type == ColumnType.String) ColumnKernels.Texts(text, condition, into);
                else ColumnKernels.Codes(text, scan.Match(condition, column, text.Dictionary, text.Type), into);
                break;
            case Int64Vector ints:
                ColumnKernels.Ints(ints, condition, into);
                break;
            case DoubleVector floats:
                ColumnKernels.Floats(floats, condition, into);
                break;
            case BoolVector bools:
                ColumnKernels.Bools(bools, condition, into);
                break;
        }
    }

    /// <summary>Adds the rows of an owner's table whose attribute passes.</summary>
    protected async ValueTask AddAttributeAsync(
        SegmentScan scan, AttributeOwner owner, string key, ValueTest condition, RowSet? rows, Selection into, Selection? within = null)
    {
        foreach (var column in scan.ColumnsOf(owner, key))
        {
            if (!condition.Accepts(column.Type)) continue;
            if (rows is null && column.Type == ColumnType.String && await scan.TryFindTextsAsync(column, condition, into).ConfigureAwait(false)) continue;
            if (rows is null && await scan.PagesAsync(column, column.Type is ColumnType.Int64 or ColumnType.Double ? condition : null, within).ConfigureAwait(false) is { } pages)
            {
                if (!pages.IsEmpty && await scan.ReadAsync(column, pages).ConfigureAwait(false) is { } part) Add(scan, part, column.Ordinal, condition, into);
                continue;
            }

            Add(scan, await scan.ReadAsync(column, rows).ConfigureAwait(false), column.Ordinal, condition, into);
        }

        foreach (var vector in await scan.ReadOverflowAsync(owner, key, rows).ConfigureAwait(false))
        {
            // Not remembered: overflow vectors are made anew with every read.
            if (condition.Accepts(vector.Type)) Add(scan, vector, int.MinValue, condition, into);
        }
    }

    /// <summary>The index shows that no attribute of the key passes.</summary>
    protected async ValueTask<bool> IsAttributeImpossibleAsync(SegmentScan scan, AttributeOwner owner, string key)
    {
        if (scan.Segment.HasOverflow(owner)) return false;
        foreach (var column in scan.ColumnsOf(owner, key))
        {
            if (!test.Accepts(column.Type)) continue;
            switch (column.Type)
            {
                case ColumnType.String:
                    if (test.ExactText is { } exact && !await scan.Segment.MayContainAsync(column, exact, scan.Context).ConfigureAwait(false)) continue;
                    if (await scan.Segment.ReadDictionaryAsync(column, scan.Context).ConfigureAwait(false) is { } dictionary
                        && scan.Match(test, column.Ordinal, dictionary, ColumnType.String).Count == 0) continue;
                    return false;
                case ColumnType.Int64:
                    if (scan.Segment.Int64Bounds(column) is { } bounds && IsOutside(bounds)) continue;
                    return false;
                default:
                    return false;
            }
        }

        return true;
    }

    protected bool IsOutside((long Min, long Max) bounds)
    {
        if (!test.TryIntRange(out var low, out var high, out var inverted)) return false;
        return inverted ? bounds.Min >= low && bounds.Max <= high : bounds.Max < low || bounds.Min > high;
    }
}
