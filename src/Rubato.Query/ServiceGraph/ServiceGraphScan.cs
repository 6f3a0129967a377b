using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Query.ServiceGraph;

/// <summary>
/// The service graph out of stored spans, by the rules of the service-graphs processor (spec/metrics-generator.md 3 and 11) but without its waiting: whole traces are there. Reads
/// about ten columns. In a block the spans of a trace are neighbours, so a pair is found within the trace; what is left over there, and recent spans, are paired by a table.
/// </summary>
internal sealed class ServiceGraphScan(TimeRange range)
{
    private static readonly string[] PeerKeys = ["peer.service", "db.name", "db.system"];
    private static readonly string[] DatabaseKeys = ["db.namespace", "db.name", "db.system"];

    private readonly GraphTexts _texts = new();
    private readonly Dictionary<(int Client, int Server, ConnectionType Type), GraphEdge> _edges = [];

    // Sides that have not met the other one.
    private readonly Dictionary<(TraceId Trace, long Span), Side> _clients = [];
    private readonly List<(TraceId Trace, long Parent, Side Side)> _servers = [];

    public string Name(int number) => _texts[number];

    public async Task<IReadOnlyDictionary<(int Client, int Server, ConnectionType Type), GraphEdge>> RunAsync(
        IReadOnlyList<ISpanSegment> segments, ScanContext context, List<string> problems)
    {
        foreach (var segment in segments)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (segment.SpanCount == 0 || !segment.TimeRange.Overlaps(range)) continue;
            try
            {
                await AddAsync(segment, context);
            }
            catch (SegmentDamagedException e)
            {
                problems.Add(e.Message);
            }
        }

        JoinRest();
        return _edges;
    }

    private async Task AddAsync(ISpanSegment segment, ScanContext context)
    {
        if (await _texts.ReadAsync(segment, "service.name", context, AttributeOwner.Resource) is not { } services) return;
        var ids = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, context))!;
        var kinds = await LongsAsync(SpanColumn.Kind);
        var statuses = await LongsAsync(SpanColumn.StatusCode);
        var spans = await LongsAsync(SpanColumn.SpanId);
        var parents = await LongsAsync(SpanColumn.ParentSpanId);
        var starts = await LongsAsync(SpanColumn.StartUnixNano);
        var durations = await LongsAsync(SpanColumn.DurationNano);
        var peers = await FirstAsync(PeerKeys, AttributeOwner.Span);
        var databases = await DatabasesAsync(segment, context);
        context.AddSpans(segment.SpanCount);

        var sorted = segment.IsSortedByTrace;
        var inTrace = new Dictionary<long, Side>();
        var waiting = new List<(long Parent, Side Side)>();
        var from = 0;
        for (var row = 0; row <= ids.Count; row++)
        {
            if (sorted && row > from && (row == ids.Count || ids[row] != ids[from]))
            {
                JoinTrace(ids[from], inTrace, waiting);
                from = row;
            }

            if (row == ids.Count) break;
            var kind = At(kinds, row);
            if (kind is < 2 or > 5 || services[row] == 0) continue;
            var parent = At(parents, row);
            var side = new Side(
                services[row], peers?[row] ?? 0, At(starts, row), Math.Max(At(durations, row), 0) / 1e9, At(statuses, row) == 2,
                kind is 4 or 5, parent == 0);
            if (kind is 3 or 4)
            {
                if (databases?[row] is > 0 and var database) Count(side.Service, database, ConnectionType.Database, side.Start, side.Failed, side.Seconds, side.Seconds);
                else if (sorted) inTrace[At(spans, row)] = side;
                else _clients[(ids[row], At(spans, row))] = side;
            }
            else if (sorted)
            {
                waiting.Add((parent, side));
            }
            else
            {
                _servers.Add((ids[row], parent, side));
            }
        }

        async ValueTask<Int64Vector?> LongsAsync(SpanColumn column) => (Int64Vector?)await segment.ReadAsync(column, context);

        async ValueTask<int[]?> FirstAsync(string[] keys, params AttributeOwner[] owners)
        {
            var columns = new List<int[]?>();
            foreach (var key in keys) columns.Add(await _texts.ReadAsync(segment, key, context, owners));
            return GraphTexts.First(columns);
        }

        static long At(Int64Vector? column, int row) => column is null ? 0
            : column.IsDense ? column.Values[row]
            : column.IndexOf(row) is >= 0 and var i ? column.Values[i] : 0;
    }

    /// <summary>peer.service, else server.address, else network.peer.address with its port, else the database attribute.</summary>
    private async Task<int[]?> DatabasesAsync(ISpanSegment segment, ScanContext context)
    {
        AttributeOwner[] owners = [AttributeOwner.Resource, AttributeOwner.Span];
        var columns = new List<int[]?>();
        foreach (var key in DatabaseKeys) columns.Add(await _texts.ReadAsync(segment, key, context, owners));
        if (GraphTexts.First(columns) is not { } names) return null;
        var peer = await _texts.ReadAsync(segment, "peer.service", context, owners);
        var server = await _texts.ReadAsync(segment, "server.address", context, owners);
        var address = await _texts.ReadAsync(segment, "network.peer.address", context, owners);
        var port = address is null ? null : await _texts.ReadAsync(segment, "network.peer.port", context, owners);
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] == 0) continue;
            names[i] = peer?[i] is > 0 and var byPeer ? byPeer
                : server?[i] is > 0 and var byServer ? byServer
                : address?[i] is not (> 0 and var byAddress) ? names[i]
                : port?[i] is > 0 and var byPort ? _texts.NumberOf(_texts[byAddress] + ":" + _texts[byPort])
                : byAddress;
        }

        return names;
    }

    private void JoinTrace(TraceId trace, Dictionary<long, Side> clients, List<(long Parent, Side Side)> servers)
    {
        foreach (var (parent, server) in servers)
        {
            if (clients.Remove(parent, out var client)) Count(client, server);
            else _servers.Add((trace, parent, server));
        }

        foreach (var (span, client) in clients) _clients[(trace, span)] = client;
        clients.Clear();
        servers.Clear();
    }

    private void JoinRest()
    {
        foreach (var (trace, parent, server) in _servers)
        {
            if (_clients.Remove((trace, parent), out var client))
                Count(client, server);
            else if (server.IsRoot)
                Count(server.Peer != 0 ? server.Peer : _texts.NumberOf("user"), server.Service, ConnectionType.VirtualClient, server.Start, server.Failed, 0, server.Seconds);
        }

        foreach (var client in _clients.Values)
        {
            if (client.Peer != 0) Count(client.Service, client.Peer, ConnectionType.VirtualServer, client.Start, client.Failed, client.Seconds, 0);
        }
    }

    private void Count(Side client, Side server) => Count(
        client.Service, server.Service, server.IsMessaging ? ConnectionType.MessagingSystem : ConnectionType.Direct, server.Start, client.Failed || server.Failed,
        client.Seconds, server.Seconds);

    private void Count(int client, int server, ConnectionType type, long startNano, bool failed, double clientSeconds, double serverSeconds)
    {
        if ((ulong)startNano < range.StartUnixNano || (ulong)startNano > range.EndUnixNano) return;
        if (!_edges.TryGetValue((client, server, type), out var edge)) _edges.Add((client, server, type), edge = new GraphEdge());
        edge.Calls++;
        if (failed) edge.Failed++;
        edge.ClientSeconds += clientSeconds;
        edge.ServerSeconds += serverSeconds;
    }

    private readonly record struct Side(int Service, int Peer, long Start, double Seconds, bool Failed, bool IsMessaging, bool IsRoot);
}
