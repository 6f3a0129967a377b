using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>What a pipeline leaves of a segment.</summary>
/// <param name="Rows">The segment's rows by trace.</param>
/// <param name="Matching">Traces that match.</param>
/// <param name="Unknown">Traces that may match: all of their spans are needed to tell.</param>
/// <param name="Spans">Rows of the matching traces that are left at the end; null when there are none.</param>
internal sealed record ColumnOutcome(TraceRows Rows, Selection Matching, Selection Unknown, Selection? Spans)
{
    public static ColumnOutcome Nothing(TraceRows rows) => new(rows, new Selection(rows.Count), new Selection(rows.Count), null);
}
