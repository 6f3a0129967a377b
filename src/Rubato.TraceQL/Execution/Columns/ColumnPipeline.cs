using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>
/// A pipeline decided trace by trace over columns, without an object for any span:
/// <code>
///   1 filter    each filter once over the whole segment: a set of rows.
///   2 narrow    traces that have what every stage needs: sets of traces.
///   3 read      for these traces' rows: what they are grouped by and aggregated, nested set numbers.
///   4 decide    trace by trace, on lists of row numbers.
/// </code>
/// Traces of which the segment holds only a part, or not the values asked for, are named and left to the caller.
/// </summary>
internal sealed class ColumnPipeline
{
    private readonly List<ColumnStage> _stages;
    private readonly bool _needsWholeTrace;
    private readonly bool _needsObjects;

    private ColumnPipeline(SpansetPipeline pipeline)
    {
        _stages = Compile(pipeline);
        var needed = new NeededFields();
        needed.Add(pipeline);
        _needsWholeTrace = needed.WholeTrace;
        _needsObjects = Computed(_stages).Any(NeedsObjects);
    }

    public static ColumnPipeline Of(SpansetPipeline pipeline) => new(pipeline);

    /// <param name="scan">The segment.</param>
    /// <param name="spread">Which traces it does not hold whole.</param>
    public async ValueTask<ColumnOutcome> EvaluateAsync(SegmentScan scan, TraceSpread spread)
    {
        var evaluation = new ColumnEvaluation(scan, await TraceRows.OfAsync(scan.Segment, scan.Context).ConfigureAwait(false));
        await evaluation.FilterAsync(_stages).ConfigureAwait(false);
        var candidates = evaluation.Narrow(_stages);
        var straddling = await StraddlingAsync(scan, spread, evaluation).ConfigureAwait(false);
        if (straddling is not null) candidates.Or(evaluation.NarrowPartly(_stages, straddling));
        if (candidates.IsEmpty) return ColumnOutcome.Nothing(evaluation.Rows);
        if (_needsObjects || scan.IsUnknownThroughout || (_needsWholeTrace && !scan.Segment.HasTraceColumns))
            return new ColumnOutcome(evaluation.Rows, new Selection(evaluation.Rows.Count), candidates, null);

        var unknown = new Selection(evaluation.Rows.Count);
        if (straddling is not null)
        {
            unknown = candidates.Copy().And(straddling);
            candidates.AndNot(unknown);
        }

        await evaluation.ReadAsync(_stages, candidates).ConfigureAwait(false);
        return evaluation.Decide(_stages, candidates, unknown);
    }

    private static async ValueTask<Selection?> StraddlingAsync(SegmentScan scan, TraceSpread spread, ColumnEvaluation evaluation)
    {
        var rows = await spread.StraddlingRowsAsync(scan).ConfigureAwait(false);
        return rows.IsEmpty ? null : evaluation.Rows.TracesOf(rows);
    }

    private static List<ColumnStage> Compile(SpansetPipeline pipeline)
    {
        var stages = new List<ColumnStage>();
        foreach (var stage in pipeline.Stages)
        {
            switch (stage)
            {
                case SpansetExpression expression:
                    stages.Add(Compile(expression));
                    break;
                case GroupByStage by:
                    stages.Add(new GroupStage(by.Expression));
                    break;
                case CoalesceStage:
                    stages.Add(new MergeStage());
                    break;
                case ScalarFilterStage filter:
                    stages.Add(new AggregateStage(filter.Aggregate.Function, filter.Aggregate.Argument, filter.Operator, filter.Value));
                    break;
            }
        }

        return stages;
    }

    private static SpansetNode Compile(SpansetExpression expression) => expression switch
    {
        SpansetFilter filter => new FilterStage(FilterPlan.Compile(filter.Condition)),
        SpansetOperation operation => new OperationStage(operation.Operator, Compile(operation.Left), Compile(operation.Right)),
        _ => new WrappedStage(Compile(((WrappedPipeline)expression).Pipeline)),
    };

    internal static IEnumerable<FieldExpression> Computed(IEnumerable<ColumnStage> stages) => stages.SelectMany(stage => stage switch
    {
        GroupStage group => [group.Expression],
        AggregateStage { Argument: { } argument } => [argument],
        WrappedStage wrapped => Computed(wrapped.Stages),
        OperationStage operation => Computed([operation.Left, operation.Right]),
        _ => (IEnumerable<FieldExpression>)[],
    });

    // No column holds child counts, and an operation is computed from loose spans, which do not know their trace.
    private static bool NeedsObjects(FieldExpression expression)
    {
        var needed = new NeededFields();
        needed.Add(expression);
        return needed.Shown.Contains(new IntrinsicField(Intrinsic.SpanChildCount)) || (expression is not Field && needed.WholeTrace);
    }
}
