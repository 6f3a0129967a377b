using System.Globalization;

namespace Rubato.Web.Map;

/// <summary>The line of an edge: where it runs and how thick it is.</summary>
public sealed record MapEdge(GraphLink Link, string Path, double LabelX, double LabelY, double Width)
{
    private const double Thinnest = 1.25;
    private const double Thickest = 7;

    /// <param name="mostCalls">Of any edge: the thickest line.</param>
    public static MapEdge Of(GraphLink link, MapLayout layout, double mostCalls)
    {
        var (from, to) = (layout[link.Source], layout[link.Target]);
        const int half = MapLayout.NodeHeight / 2;
        double x1 = from.X + MapLayout.NodeWidth, y1 = from.Y + half, x2 = to.X, y2 = to.Y + half;
        // What points back, or at itself, goes around below.
        var isBack = x2 <= x1;
        var bend = isBack ? 60 : Math.Max(30, (x2 - x1) / 2);
        var dip = isBack ? MapLayout.NodeHeight + (Math.Abs(y2 - y1) / 4) : 0;
        var path = string.Create(CultureInfo.InvariantCulture, $"M{x1:0.#} {y1:0.#}C{x1 + bend:0.#} {y1 + dip:0.#} {x2 - bend:0.#} {y2 + dip:0.#} {x2 - 2:0.#} {y2:0.#}");
        // Logarithmic: a hundred calls a second must not make one call invisible.
        var share = mostCalls > 1 ? Math.Log(1 + link.Calls) / Math.Log(1 + mostCalls) : 1;
        return new MapEdge(link, path, (x1 + x2) / 2, ((y1 + y2) / 2) + (dip * 0.75), Thinnest + ((Thickest - Thinnest) * share * share));
    }
}
