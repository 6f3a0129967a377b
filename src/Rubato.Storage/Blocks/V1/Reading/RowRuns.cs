using Rubato.Model.Scanning;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Adjacent pages that hold some of the wanted rows.</summary>
/// <param name="FirstSpan">First span row to read.</param>
/// <param name="SpanCount">Span rows to read.</param>
/// <param name="FirstIndex">First of the wanted rows that they hold.</param>
/// <param name="EndIndex">The wanted row after the last.</param>
internal readonly record struct RowRun(int FirstSpan, int SpanCount, int FirstIndex, int EndIndex);

/// <summary>Groups wanted rows into runs of pages, so that each page is decoded once.</summary>
internal static class RowRuns
{
    /// <summary>The writer's page size in rows; a guess is enough here.</summary>
    public const int PageRows = 8192;

    /// <param name="rows">Wanted rows.</param>
    /// <param name="spanRowOf">The span row of a wanted row: itself, or its parent.</param>
    public static List<RowRun> Of(RowSet rows, Func<int, int> spanRowOf)
    {
        var runs = new List<RowRun>();
        for (var i = 0; i < rows.Count;)
        {
            var first = spanRowOf(rows[i]);
            var last = first;
            var end = i + 1;
            for (; end < rows.Count; end++)
            {
                var row = spanRowOf(rows[end]);
                if ((row / PageRows) - (last / PageRows) > 1) break;
                last = row;
            }

            runs.Add(new RowRun(first, last - first + 1, i, end));
            i = end;
        }

        return runs;
    }
}
