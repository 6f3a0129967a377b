using Rubato.Web.Services;
using Rubato.Web.Times;

namespace Rubato.Web.Map;

/// <summary>The answer of <c>api/metrics/service_graph</c>; see docs/metrics-generator.md.</summary>
public sealed record GraphAnswer
{
    public IReadOnlyList<GraphNode> Nodes { get; init; } = [];

    public IReadOnlyList<GraphLink> Edges { get; init; } = [];

    /// <summary>Unix seconds.</summary>
    public long Start { get; init; }

    public long End { get; init; }

    /// <summary>It was cut, or lacks damaged data.</summary>
    public bool Partial { get; init; }

    public double Seconds => Math.Max(1, End - Start);

    /// <summary>Where the traces of a connection are.</summary>
    internal string TracesOf(GraphLink link, TimeRange range) => link.ConnectionType switch
    {
        "" or "messaging_system" => ServiceLinks.Calls(link.Source, link.Target, range),
        "virtual_node" when Nodes.Any(n => n.Id == link.Source && n.Type == "virtual") => ServiceLinks.CallsIn(link.Target, range),
        _ => ServiceLinks.CallsOut(link.Source, link.Target, range),
    };
}

/// <param name="Type">service, database, or virtual: known only from what its callers say.</param>
/// <param name="AvgDuration">Milliseconds.</param>
public sealed record GraphNode(string Id, double Calls, double ErrorRate, double AvgDuration, string Type);

/// <param name="ConnectionType">Empty for a call, or messaging_system, database, virtual_node.</param>
public sealed record GraphLink(string Source, string Target, double Calls, double ErrorRate, double AvgDuration, string ConnectionType);
