using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>
/// The service-graphs processor: pairs the span of a caller with that of the called service by trace id and span id, and counts calls, failures and times of the pair
/// (spec/metrics-generator.md 3). What waits is bounded by number and time.
/// </summary>
internal sealed class ServiceGraphs
{
    /// <summary>Pairs whose series are kept at hand, some 10 MB.</summary>
    private const int MaxMet = 50_000;

    private readonly ServiceGraphsOptions _options;
    private readonly string _tenant;
    private readonly PolicyFilter _filter;
    private readonly SeriesKind _kind;
    private readonly Dictionary<EdgeKey, ServiceEdge> _waiting = [];

    // Asked for each span, while next to none waits for it: a look into a few bits instead of a large table.
    private readonly HashFilter _mayWait = new();
    private readonly Queue<(EdgeKey Key, ServiceEdge Edge)> _order = new();
    private readonly List<int> _rest = [];
    private readonly ServiceEdge _pair = new();
    private readonly Stack<ServiceEdge> _unused = new();

    // Series of pairs that were met: looked up by the texts that are there instead of a new one.
    private readonly Dictionary<EdgeTexts, SeriesGroup> _met = [];
    private int _begun;
    private int _dropped;
    private int _filtered;

    public ServiceGraphs(ServiceGraphsOptions options, string tenant)
    {
        _options = options;
        _tenant = tenant;
        _filter = new PolicyFilter(options.FilterPolicies);
        _kind = new SeriesKind(
            "service-graphs", ["traces_service_graph_request_total", "traces_service_graph_request_failed_total"],
            ["traces_service_graph_request_server_seconds", "traces_service_graph_request_client_seconds", "traces_service_graph_request_messaging_system_seconds"],
            [.. options.Buckets]);
    }

    public IReadOnlyList<SeriesKind> Kinds => [_kind];

    public int Waiting => _waiting.Count;

    public void Add(SliceTexts texts, bool[]? keep, SeriesRegistry registry, long nowMs)
    {
        if (texts.Resource("service.name") is not { } services) return;
        var sides = new GraphSides(texts, services, keep, _filter.Passing(texts), _options);
        (_begun, _dropped, _filtered) = (0, 0, 0);
        PairWithin(sides, texts.Slice, registry, nowMs);
        foreach (var row in _rest) Meet(sides, row, registry, nowMs);
        _rest.Clear();
        if (_begun > 0) GeneratorMetrics.Edges.WithLabels(_tenant).Inc(_begun);
        if (_dropped > 0) GeneratorMetrics.DroppedSpans.WithLabels(_tenant).Inc(_dropped);
        if (_filtered > 0) GeneratorMetrics.SpansDiscarded.WithLabels(_tenant, "service_graphs_filtered").Inc(_filtered);
    }

    /// <summary>
    /// Pairs spans that came in one slice, as most do: they need no edge that waits. In the order in which they came, so that of several answers to a caller the next one after it, or the
    /// last before it, is its pair. What is left is in <see cref="_rest"/>.
    /// </summary>
    private void PairWithin(GraphSides sides, SpanSlice slice, SeriesRegistry registry, long nowMs)
    {
        var keys = ArrayPool<long>.Shared.Rent(Math.Max(sides.Count, 1));
        using var here = new SpanRowTable(slice.Batch.TraceIds, keys, slice.From, sides.Count);
        for (var i = 0; i < sides.Count; i++)
        {
            var isClient = sides.IsClient(i);
            if (!isClient && !sides.IsServer(i)) continue;
            var key = keys[i] = KeyOf(sides, i, isClient);
            var trace = sides.TraceOf(i);
            var edge = new EdgeKey(trace, key);
            if (_mayWait.MayHold(edge.GetHashCode()) && _waiting.ContainsKey(edge))
            {
                Meet(sides, i, registry, nowMs);
                continue;
            }

            var other = here.Take(trace, key) - slice.From;
            if (other >= 0 && sides.IsClient(other) != isClient)
            {
                Pair(sides, other, i, registry, nowMs);
            }
            else if (other >= 0)
            {
                // The same side once more: from now on it is an edge that waits.
                Meet(sides, other, registry, nowMs);
                Meet(sides, i, registry, nowMs);
            }
            else if (isClient && sides.CallsDatabase(i))
            {
                Pair(sides, i, -1, registry, nowMs);
            }
            else
            {
                here.Put(slice.From + i);
            }
        }

        here.Rest(_rest);
        for (var i = 0; i < _rest.Count; i++) _rest[i] -= slice.From;
        // Edges expire, and are dropped for want of room, in the order in which they came.
        _rest.Sort();
        ArrayPool<long>.Shared.Return(keys);
    }

    // Root servers have no parent to share: each waits under its own id.
    private static long KeyOf(GraphSides sides, int row, bool isClient) => isClient ? sides.SpanOf(row) : sides.ParentOf(row) is not 0 and var parent ? parent : ~sides.SpanOf(row);

    /// <summary>Ends the wait of edges: those whose other side is not traced become virtual nodes.</summary>
    public void Expire(SeriesRegistry registry, long nowMs)
    {
        var vain = 0;
        while (_order.TryPeek(out var oldest))
        {
            var (key, edge) = oldest;
            var isWaiting = _waiting.TryGetValue(key, out var current) && ReferenceEquals(current, edge);
            if (isWaiting && edge.ExpiresMs > nowMs) break;
            _order.Dequeue();
            if (isWaiting)
            {
                _waiting.Remove(key);
                if (!edge.IsFiltered && !EndAlone(edge, registry, nowMs)) vain++;
            }

            // Only here, where the queue no longer names it, another pair may have it.
            if (_unused.Count < _options.MaxItems) _unused.Push(edge);
        }

        if (vain > 0) GeneratorMetrics.ExpiredEdges.WithLabels(_tenant).Inc(vain);
    }

    /// <summary>The two sides of one slice in the order in which they came, or a database's caller alone (<paramref name="second"/> -1).</summary>
    private void Pair(GraphSides sides, int first, int second, SeriesRegistry registry, long nowMs)
    {
        _begun++;
        _pair.Begin(sides.TraceOf(first), 0);
        Fill(_pair, sides, first, sides.IsClient(first));
        if (second >= 0) Fill(_pair, sides, second, sides.IsClient(second));
        if (!_pair.IsFiltered) Record(_pair, null, registry, nowMs);
    }

    /// <summary>A side whose other one came in an earlier slice, or is waited for.</summary>
    private void Meet(GraphSides sides, int row, SeriesRegistry registry, long nowMs)
    {
        var isClient = sides.IsClient(row);
        var trace = sides.TraceOf(row);
        var key = new EdgeKey(trace, KeyOf(sides, row, isClient));
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, key, out var known);
        if (!known)
        {
            if (_waiting.Count > _options.MaxItems)
            {
                _waiting.Remove(key);
                _dropped++;
                return;
            }

            if (!_unused.TryPop(out place)) place = new ServiceEdge();
            place.Begin(trace, nowMs + (long)_options.Wait.TotalMilliseconds);
            _order.Enqueue((key, place));
            NoteWaiting(key);
            _begun++;
        }

        var edge = place!;
        Fill(edge, sides, row, isClient);
        if (edge.IsFiltered || !edge.IsComplete) return;
        _waiting.Remove(key);
        Record(edge, null, registry, nowMs);
    }

    private void NoteWaiting(EdgeKey key)
    {
        if (!_mayWait.IsFull)
        {
            _mayWait.Add(key.GetHashCode());
            return;
        }

        _mayWait.Clear(_waiting.Count);
        foreach (var waiting in _waiting.Keys) _mayWait.Add(waiting.GetHashCode());
    }

    private void Fill(ServiceEdge edge, GraphSides sides, int row, bool isClient)
    {
        if (!sides.Passes(row))
        {
            edge.IsFiltered = true;
            _filtered++;
            return;
        }

        edge.ConnectionType = sides.IsMessaging(row) ? "messaging_system" : edge.ConnectionType == "database" ? "database" : "";
        // The end before the start: a clock that went back, no time.
        var seconds = Math.Max(sides.DurationOf(row), 0) / 1e9;
        if (isClient)
        {
            edge.Client = sides.ServiceOf(row);
            edge.ClientSeconds = seconds;
            edge.ClientEndNano = sides.StartOf(row) + sides.DurationOf(row);
        }
        else
        {
            edge.Server = sides.ServiceOf(row);
            edge.ServerSeconds = seconds;
            edge.ServerStartNano = sides.StartOf(row);
            edge.IsRoot = sides.ParentOf(row) == 0;
        }

        edge.Failed |= sides.Failed(row);
        if (sides.MultiplierOf(row) is { } multiplier) edge.Multiplier = multiplier;
        if (isClient || edge.IsRoot) edge.Peer = sides.PeerOf(row);
        sides.AddDimensions(row, edge, _options.EnableClientServerPrefix ? isClient ? "client_" : "server_" : "");
        if (!isClient || !sides.CallsDatabase(row)) return;
        edge.ConnectionType = "database";
        edge.Server = sides.DatabaseOf(row);
        edge.ServerSeconds = edge.ClientSeconds;
    }

    /// <summary>An edge that waited in vain; false when nothing can be told of its other side.</summary>
    private bool EndAlone(ServiceEdge edge, SeriesRegistry registry, long nowMs)
    {
        string side;
        if (edge.Client.Length == 0 && edge.IsRoot)
        {
            edge.Client = edge.Peer.Length > 0 ? edge.Peer : "user";
            side = "client";
        }
        else if (edge.Server.Length == 0 && edge.Peer.Length > 0)
        {
            edge.Server = edge.Peer;
            side = "server";
        }
        else
        {
            return false;
        }

        edge.ConnectionType = "virtual_node";
        Record(edge, _options.EnableVirtualNodeLabel ? side : null, registry, nowMs);
        return true;
    }

    private void Record(ServiceEdge edge, string? virtualSide, SeriesRegistry registry, long nowMs)
    {
        var group = edge.Dimensions is null ? MetGroup(edge, virtualSide, registry, nowMs) : Group(edge, virtualSide, registry, nowMs);
        group.UpdatedMs = nowMs;
        group.Counters[0] += edge.Multiplier;
        if (edge.Failed) group.Counters[1] += edge.Multiplier;
        group.HistogramAt(0).Observe(edge.ServerSeconds, edge.Multiplier, edge.Trace, edge.Failed);
        group.HistogramAt(1).Observe(edge.ClientSeconds, edge.Multiplier, edge.Trace, edge.Failed);
        if (!_options.EnableMessagingLatency || edge.ConnectionType != "messaging_system") return;
        var transit = (edge.ServerStartNano - edge.ClientEndNano) / 1e9;
        if (transit > 0) group.HistogramAt(2).Observe(transit, edge.Multiplier, edge.Trace, edge.Failed);
    }

    private SeriesGroup MetGroup(ServiceEdge edge, string? virtualSide, SeriesRegistry registry, long nowMs)
    {
        var key = new EdgeTexts(edge.Client, edge.Server, edge.ConnectionType, virtualSide);
        if (_met.TryGetValue(key, out var known) && !known.HasEnded) return known;
        var group = Group(edge, virtualSide, registry, nowMs);
        if (_met.Count >= MaxMet) _met.Clear();
        if (!group.IsOverflow) _met[key] = group;
        return group;
    }

    private SeriesGroup Group(ServiceEdge edge, string? virtualSide, SeriesRegistry registry, long nowMs)
    {
        var names = new List<string> { "client", "server", "connection_type" };
        var values = new List<string> { edge.Client, edge.Server, edge.ConnectionType };
        foreach (var (name, value) in edge.Dimensions ?? [])
        {
            names.Add(name);
            values.Add(value);
        }

        if (virtualSide is not null)
        {
            names.Add("virtual_node");
            values.Add(virtualSide);
        }

        return registry.Get(_kind, CollectionsMarshal.AsSpan(names), CollectionsMarshal.AsSpan(values), nowMs);
    }

    /// <summary>
    /// By the objects: a pool of texts has each text once. Another pool's are met anew, and lead to the same series.
    /// </summary>
    private readonly record struct EdgeTexts(string Client, string Server, string Type, string? Side)
    {
        public bool Equals(EdgeTexts other) =>
            ReferenceEquals(Client, other.Client) && ReferenceEquals(Server, other.Server) && ReferenceEquals(Type, other.Type) && ReferenceEquals(Side, other.Side);

        public override int GetHashCode() => (RuntimeHelpers.GetHashCode(Client) * 31) + (RuntimeHelpers.GetHashCode(Server) * 17) + RuntimeHelpers.GetHashCode(Type);
    }

    /// <summary>What both sides of a call know. Ids are random as a rule, so that mixing them a little does for a hash.</summary>
    private readonly record struct EdgeKey(TraceId Trace, long Span)
    {
        public override int GetHashCode()
        {
            var mixed = (Trace.Low ^ BitOperations.RotateLeft((ulong)Span, 31)) * 0x9E3779B97F4A7C15;
            return (int)(mixed >> 32);
        }
    }
}
