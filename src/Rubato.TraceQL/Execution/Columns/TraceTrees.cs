using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>Nested set numbers of the traces of a segment: as a block stores them, else built from ids when first asked for.</summary>
internal sealed class TraceTrees
{
    private static readonly SpanColumn[] Columns = [SpanColumn.NestedSetLeft, SpanColumn.NestedSetRight, SpanColumn.NestedSetParent];

    private readonly TraceRows _rows;
    private readonly int[]? _placeOf;
    private readonly ColumnVector?[]? _stored;
    private readonly Span[]? _spans;

    // One trace's numbers after the other's: what was handed out before is overwritten.
    private readonly int[][] _numbers = [[], [], []];

    private TraceTrees(TraceRows rows, int[]? placeOf, ColumnVector?[]? stored, Span[]? spans) =>
        (_rows, _placeOf, _stored, _spans) = (rows, placeOf, stored, spans);

    /// <param name="scan">The segment.</param>
    /// <param name="rows">Its rows by trace.</param>
    /// <param name="some">The rows of the traces of interest; null for all.</param>
    public static async ValueTask<TraceTrees> ReadAsync(SegmentScan scan, TraceRows rows, RowSet? some)
    {
        var placeOf = some is { } few ? scan.PlacesOf(few) : null;
        if (scan.Segment.HasTraceColumns)
        {
            var stored = new ColumnVector?[Columns.Length];
            for (var i = 0; i < stored.Length; i++) stored[i] = await scan.ReadAsync(Columns[i], some).ConfigureAwait(false);
            return new TraceTrees(rows, placeOf, stored, null);
        }

        // Recent data stores no numbers. Its spans' ids, and links of those that may be roots, make the tree.
        var all = some ?? RowSet.Range(0, scan.SpanCount);
        var spans = await NarrowSpanReader.ReadAsync(scan.Segment, all, new NeededFields(), scan.Context).ConfigureAwait(false);
        return new TraceTrees(rows, placeOf, null, spans);
    }

    /// <summary>Of all spans of a trace; until the next trace is asked for.</summary>
    public TraceNumbers Of(int trace)
    {
        var (first, last) = (_rows.First[trace], _rows.First[trace + 1]);
        if (_spans is not null)
        {
            var spans = new Span[last - first];
            for (var i = 0; i < spans.Length; i++) spans[i] = _spans[PlaceOf(first + i)];
            return TraceTree.Build(spans).Numbers;
        }

        for (var i = 0; i < _numbers.Length; i++)
        {
            if (_numbers[i].Length < last - first) _numbers[i] = new int[Math.Max(64, 2 * (last - first))];
            Fill(_numbers[i].AsSpan(0, last - first), _stored![i], first);
        }

        return new TraceNumbers(_numbers[0], _numbers[1], _numbers[2]);
    }

    private int PlaceOf(int place) => _placeOf is null ? _rows.RowAt(place) : _placeOf[_rows.RowAt(place)];

    private void Fill(Span<int> numbers, ColumnVector? stored, int first)
    {
        if (stored is not Int64Vector vector)
        {
            // No row of the segment has one: no trace has a root.
            numbers.Clear();
            return;
        }

        var values = vector.Values;
        for (var i = 0; i < numbers.Length; i++)
        {
            var at = vector.IndexOf(PlaceOf(first + i));
            numbers[i] = at < 0 ? 0 : (int)values[at];
        }
    }
}
