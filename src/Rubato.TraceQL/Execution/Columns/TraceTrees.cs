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
    private readonly TraceRows _rows;
    private readonly int[]? _placeOf;
    private readonly long[][]? _stored;
    private readonly Span[]? _spans;

    private TraceTrees(TraceRows rows, int[]? placeOf, long[][]? stored, Span[]? spans) =>
        (_rows, _placeOf, _stored, _spans) = (rows, placeOf, stored, spans);

    /// <param name="scan">The segment.</param>
    /// <param name="rows">Its rows by trace.</param>
    /// <param name="some">The rows of the traces of interest; null for all.</param>
    public static async ValueTask<TraceTrees> ReadAsync(SegmentScan scan, TraceRows rows, RowSet? some)
    {
        var placeOf = some is { } few ? PlacesOf(few, scan.SpanCount) : null;
        var count = some?.Count ?? scan.SpanCount;
        if (scan.Segment.HasTraceColumns)
        {
            var stored = new long[3][];
            SpanColumn[] columns = [SpanColumn.NestedSetLeft, SpanColumn.NestedSetRight, SpanColumn.NestedSetParent];
            for (var i = 0; i < columns.Length; i++) stored[i] = ColumnRows.Ints(await scan.ReadAsync(columns[i], some).ConfigureAwait(false), count);
            return new TraceTrees(rows, placeOf, stored, null);
        }

        // Recent data stores no numbers. Its spans' ids, and links of those that may be roots, make the tree.
        var spans = await NarrowSpanReader.ReadAsync(scan.Segment, some ?? RowSet.Range(0, count), new NeededFields(), scan.Context).ConfigureAwait(false);
        return new TraceTrees(rows, placeOf, null, spans);
    }

    public TraceNumbers Of(int trace)
    {
        var (first, last) = (_rows.First[trace], _rows.First[trace + 1]);
        if (_spans is not null)
        {
            var spans = new Span[last - first];
            for (var i = 0; i < spans.Length; i++) spans[i] = _spans[PlaceOf(first + i)];
            return TraceTree.Build(spans).Numbers;
        }

        return new TraceNumbers(Part(_stored![0], first, last), Part(_stored[1], first, last), Part(_stored[2], first, last));
    }

    private int PlaceOf(int place) => _placeOf is null ? _rows.RowAt(place) : _placeOf[_rows.RowAt(place)];

    private int[] Part(long[] numbers, int first, int last)
    {
        var part = new int[last - first];
        for (var i = 0; i < part.Length; i++) part[i] = (int)numbers[PlaceOf(first + i)];
        return part;
    }

    private static int[] PlacesOf(RowSet rows, int count)
    {
        var places = new int[count];
        for (var i = 0; i < rows.Count; i++) places[rows[i]] = i;
        return places;
    }
}
