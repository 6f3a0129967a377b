using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>The value of an expression on the rows of some traces: what they are grouped by, or what an aggregate computes with.</summary>
internal sealed class RowValues
{
    private const int ChunkRows = 8192;

    // For each row of the segment the place of its value; null when all rows were read.
    private readonly int[]? _placeOf;
    private readonly FieldCodes? _codes;
    private readonly Int64Vector? _durations;

    private RowValues(int[]? placeOf, FieldCodes? codes, Int64Vector? durations) => (_placeOf, _codes, _durations) = (placeOf, codes, durations);

    /// <param name="scan">The segment.</param>
    /// <param name="expression">Without the values of whole traces, unless the segment stores them.</param>
    /// <param name="rows">The rows of interest; null for all.</param>
    /// <param name="asCodes">Equal values are to have equal codes.</param>
    public static async ValueTask<RowValues> ReadAsync(SegmentScan scan, FieldExpression expression, RowSet? rows, bool asCodes)
    {
        var placeOf = rows is { } few ? scan.PlacesOf(few) : null;
        // Nearly every duration is another: no codes.
        if (!asCodes && expression is IntrinsicField { Intrinsic: Intrinsic.Duration })
        {
            var durations = (Int64Vector)(await scan.ReadAsync(SpanColumn.DurationNano, rows).ConfigureAwait(false))!;
            return new RowValues(placeOf, null, durations);
        }

        if (expression is Field field) return new RowValues(placeOf, await FieldCodes.ReadAsync(scan, field, rows).ConfigureAwait(false), null);
        return new RowValues(placeOf, FieldCodes.Of(await ComputeAsync(scan, expression, rows ?? RowSet.Range(0, scan.SpanCount)).ConfigureAwait(false)), null);
    }

    public int CodeOf(int row) => _codes!.Codes[PlaceOf(row)];

    /// <summary>Numbers of nanoseconds on every row, had by <see cref="DurationAt"/>.</summary>
    public bool AreDurations => _durations is not null;

    public long DurationAt(int row) => Math.Max(0, _durations!.Values[PlaceOf(row)]);

    public StaticValue ScalarOf(int row) => _codes!.Values[_codes.Codes[PlaceOf(row)]].Scalar;

    private int PlaceOf(int row) => _placeOf is null ? row : _placeOf[row];

    // Operations are for the plain evaluator, span by span: about 1 us each.
    private static async ValueTask<List<FieldValue>> ComputeAsync(SegmentScan scan, FieldExpression expression, RowSet rows)
    {
        var needed = new NeededFields();
        needed.Add(expression);
        var values = new List<FieldValue>(rows.Count);
        for (var from = 0; from < rows.Count; from += ChunkRows)
        {
            scan.CancellationToken.ThrowIfCancellationRequested();
            var chunk = new int[Math.Min(ChunkRows, rows.Count - from)];
            for (var i = 0; i < chunk.Length; i++) chunk[i] = rows[from + i];
            var spans = PlainTrace.Loose(await NarrowSpanReader.ReadAsync(scan.Segment, RowSet.Of(chunk), needed, scan.Context).ConfigureAwait(false));
            for (var i = 0; i < chunk.Length; i++) values.Add(PlainCondition.ValueOf(expression, spans, i));
        }

        return values;
    }
}
