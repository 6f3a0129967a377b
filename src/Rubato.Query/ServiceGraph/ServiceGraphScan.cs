using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.ServiceGraph;

/// <summary>The service graph out of stored spans: each segment by itself, then what was left over of traces that lie in several.</summary>
internal sealed class ServiceGraphScan(TimeRange range, GraphCache cache)
{
    private readonly Lock _lock = new();
    private readonly GraphSums _sums = new(range, new GraphTexts());
    private readonly List<GraphSide> _clients = [];
    private readonly List<GraphSide> _servers = [];

    public string Name(int number) => _sums.Texts[number];

    public async Task<IReadOnlyDictionary<(int Client, int Server, ConnectionType Type), GraphEdge>> RunAsync(SnapshotScan scan)
    {
        await scan.RunAsync(async scanned =>
        {
            var part = await cache.GetAsync(scanned, range);
            lock (_lock) Add(part);
        });
        JoinRest();
        return _sums.Edges;
    }

    private void Add(GraphPart part)
    {
        _sums.Add(part.Sums);
        foreach (var side in part.Clients) _clients.Add(Renumbered(side));
        foreach (var side in part.Servers) _servers.Add(Renumbered(side));

        GraphSide Renumbered(GraphSide side) =>
            side with { Service = _sums.Texts.NumberOf(part.Sums.Texts[side.Service]), Peer = _sums.Texts.NumberOf(part.Sums.Texts[side.Peer]) };
    }

    private void JoinRest()
    {
        // Few: called spans whose caller was cut off or never sent.
        var waiting = new Dictionary<(TraceId Trace, long Span), GraphSide>();
        // Of several that one span called the earliest meets it, as within a segment.
        foreach (var server in _servers.OrderByDescending(s => s.StartNano)) waiting[(server.Trace, server.Span)] = server;
        foreach (var client in _clients)
        {
            if (waiting.Count > 0 && waiting.Remove((client.Trace, client.Span), out var server))
            {
                var type = server.IsMessaging ? ConnectionType.MessagingSystem : ConnectionType.Direct;
                _sums.Count(client.Service, server.Service, type, server.StartNano, client.Failed || server.Failed, client.Seconds, server.Seconds);
            }
            else if (client.Peer != 0)
            {
                _sums.Count(client.Service, client.Peer, ConnectionType.VirtualServer, client.StartNano, client.Failed, client.Seconds, 0);
            }
        }
    }
}
