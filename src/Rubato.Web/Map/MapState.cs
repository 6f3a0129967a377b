using System.Globalization;
using Rubato.Web.Times;

namespace Rubato.Web.Map;

/// <summary>What the map shows, as its address says.</summary>
/// <param name="Focus">The service whose neighbourhood is shown; empty for all.</param>
/// <param name="Hops">How far the neighbourhood reaches.</param>
public sealed record MapState(string Focus, int Hops, TimeRange Range)
{
    public const int MostHops = 4;
    private const int LongestName = 500;

    public static MapState Parse(string? focus, string? hops, string? from, string? to, DateTimeOffset now) => new(
        focus is null ? "" : focus.Length <= LongestName ? focus : focus[..LongestName],
        int.TryParse(hops, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostHops ? number : 1,
        TimeRange.Parse(from, to, now));

    /// <summary>Relative to the UI's root; what is as usual is left out.</summary>
    public string ToAddress()
    {
        var parts = new List<string>();
        if (Focus.Length > 0) parts.Add("focus=" + Uri.EscapeDataString(Focus));
        if (Focus.Length > 0 && Hops != 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"hops={Hops}"));
        Range.AddTo(parts);
        return "map" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }

    /// <summary>What of a graph is shown.</summary>
    public GraphAnswer Of(GraphAnswer graph)
    {
        if (Focus.Length == 0) return graph;
        var near = new HashSet<string>(StringComparer.Ordinal) { Focus };
        for (var hop = 0; hop < Hops; hop++)
        {
            var known = near.ToHashSet(StringComparer.Ordinal);
            foreach (var edge in graph.Edges)
            {
                if (known.Contains(edge.Source)) near.Add(edge.Target);
                if (known.Contains(edge.Target)) near.Add(edge.Source);
            }
        }

        return graph with { Nodes = [.. graph.Nodes.Where(n => near.Contains(n.Id))], Edges = [.. graph.Edges.Where(e => near.Contains(e.Source) && near.Contains(e.Target))] };
    }
}
