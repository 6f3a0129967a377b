using System.Runtime.InteropServices;
using Rubato.Model.Scanning;

namespace Rubato.Query.ServiceGraph;

/// <summary>Edges with their sums, by the numbers of the two names. Used by one thread at a time.</summary>
internal sealed class GraphSums(TimeRange range, GraphTexts texts)
{
    private readonly Dictionary<(int Client, int Server, ConnectionType Type), GraphEdge> _edges = [];

    public GraphTexts Texts => texts;

    public IReadOnlyDictionary<(int Client, int Server, ConnectionType Type), GraphEdge> Edges => _edges;

    /// <summary>Counts a call that began in the time range.</summary>
    public void Count(int client, int server, ConnectionType type, long startNano, bool failed, double clientSeconds, double serverSeconds)
    {
        if ((ulong)startNano < range.StartUnixNano || (ulong)startNano > range.EndUnixNano) return;
        var edge = Edge(client, server, type);
        edge.Calls++;
        if (failed) edge.Failed++;
        edge.ClientSeconds += clientSeconds;
        edge.ServerSeconds += serverSeconds;
    }

    /// <summary>Adds the edges of a part, whose names have other numbers.</summary>
    public void Add(GraphSums part)
    {
        foreach (var ((client, server, type), sums) in part._edges)
        {
            var edge = Edge(texts.NumberOf(part.Texts[client]), texts.NumberOf(part.Texts[server]), type);
            edge.Calls += sums.Calls;
            edge.Failed += sums.Failed;
            edge.ClientSeconds += sums.ClientSeconds;
            edge.ServerSeconds += sums.ServerSeconds;
        }
    }

    private GraphEdge Edge(int client, int server, ConnectionType type)
    {
        ref var edge = ref CollectionsMarshal.GetValueRefOrAddDefault(_edges, (client, server, type), out _);
        return edge ??= new GraphEdge();
    }
}
