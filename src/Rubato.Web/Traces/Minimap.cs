using System.Globalization;
using System.Text;

namespace Rubato.Web.Traces;

/// <summary>
/// A trace in small: bands from top to bottom as the waterfall has its rows, columns from its start to its end, a cell in the colour of the deepest span there.
/// Its size does not depend on how many spans there are.
/// </summary>
public static class Minimap
{
    public const int Columns = 400;
    public const int MostBands = 48;

    /// <summary>For each colour an SVG path of lines one band thick, in a box of <see cref="Columns"/> by <see cref="Bands"/>.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="slotOf">The colour of a service, by its code.</param>
    public static IReadOnlyList<(int Slot, string Path)> Of(TraceView trace, Func<int, int> slotOf)
    {
        var bands = Bands(trace);
        var paths = new SortedDictionary<int, StringBuilder>();
        var cells = new int[Columns];
        var place = 0;
        for (var band = 0; band < bands; band++)
        {
            Array.Fill(cells, -1);
            for (; place < trace.Count && place * (long)bands / trace.Count == band; place++)
            {
                var span = trace.Tree.SpanAt(place);
                var (left, right) = (Column(trace.OffsetShare(span)), Column(trace.OffsetShare(span) + trace.DurationShare(span)));
                cells.AsSpan(left, right - left + 1).Fill(slotOf(trace.ServiceCode(span)));
            }

            Draw(cells, band, paths);
        }

        return [.. paths.Select(p => (p.Key, p.Value.ToString()))];
    }

    public static int Bands(TraceView trace) => Math.Min(trace.Count, MostBands);

    private static void Draw(int[] cells, int band, SortedDictionary<int, StringBuilder> paths)
    {
        for (var left = 0; left < Columns;)
        {
            var right = left + 1;
            while (right < Columns && cells[right] == cells[left]) right++;
            if (cells[left] >= 0)
            {
                if (!paths.TryGetValue(cells[left], out var path)) paths[cells[left]] = path = new StringBuilder();
                path.Append(CultureInfo.InvariantCulture, $"M{left} {band}.5h{right - left}");
            }

            left = right;
        }
    }

    private static int Column(double share) => Math.Clamp((int)(share * Columns), 0, Columns - 1);
}
