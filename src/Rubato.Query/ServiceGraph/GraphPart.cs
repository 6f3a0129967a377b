namespace Rubato.Query.ServiceGraph;

/// <summary>The service graph of one segment. Not changed once it is whole, so it may be kept.</summary>
/// <param name="Sums">Edges of which both sides are known, or known to be missing.</param>
/// <param name="Clients">Callers of traces that go on in other segments, that met no called span here.</param>
/// <param name="Servers">Called spans of such traces that met no caller, though they have a parent.</param>
internal sealed record GraphPart(GraphSums Sums, List<GraphSide> Clients, List<GraphSide> Servers)
{
    /// <summary>About what it takes in memory: an edge with its place in the table 120, a side 80.</summary>
    public long Bytes => 1024 + (120L * Sums.Edges.Count) + (80L * (Clients.Count + Servers.Count)) + Sums.Texts.Bytes;
}
