using System.Globalization;

namespace Rubato.Client;

/// <summary>Who calls whom. Rubato's own: Tempo has no such answer.</summary>
/// <param name="Nodes">By id.</param>
/// <param name="Edges">By source, then target.</param>
public sealed record ServiceGraph(IReadOnlyList<ServiceNode> Nodes, IReadOnlyList<ServiceEdge> Edges)
{
    /// <summary>A line for every node (<c>label: calls, error rate, average duration</c>) and for every edge (<c>source → target: ...</c>).</summary>
    public void Print(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine("Service nodes:");
        foreach (ServiceNode node in Nodes)
        {
            output.WriteLine($"  {node.Label}: {Numbers(node.Calls, node.ErrorRate, node.AvgDuration)}");
        }

        output.WriteLine("Service edges:");
        foreach (ServiceEdge edge in Edges)
        {
            output.WriteLine($"  {edge.Source} → {edge.Target}: {Numbers(edge.Calls, edge.ErrorRate, edge.AvgDuration)}");
        }
    }

    private static string Numbers(long calls, double errorRate, double avgDuration) =>
        string.Create(CultureInfo.InvariantCulture, $"{calls} calls, {errorRate * 100:F2}% errors, {avgDuration:F2}ms avg");
}
