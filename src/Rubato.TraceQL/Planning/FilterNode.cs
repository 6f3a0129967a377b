using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Planning;

/// <summary>
/// A step of a compiled filter. Negation has been pushed down to the leaves, so a leaf that does not know (trace-level values
/// of a trace that is spread) may select its rows and the result still holds every match.
/// </summary>
internal abstract class FilterNode
{
    /// <summary>Rough cost for each row; a conjunction begins with the cheapest.</summary>
    public abstract int Cost { get; }

    /// <summary>On some segment, or for some rows of it, only the whole trace can tell whether a row matches.</summary>
    public virtual bool NeedsWholeTrace => false;

    /// <summary>True when the segment's index shows that no row can match; reads no rows.</summary>
    public virtual ValueTask<bool> IsImpossibleAsync(SegmentScan scan) => new(false);

    /// <param name="scan">The segment.</param>
    /// <param name="within">Only these rows matter: the result may hold others, which the caller removes. Null: all rows.</param>
    public abstract ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within);
}
