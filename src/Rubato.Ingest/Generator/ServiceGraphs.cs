using System.Runtime.InteropServices;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>
/// The service-graphs processor: pairs the span of a caller with that of the called service by trace id and span id, and counts calls, failures and times of the pair
/// (spec/metrics-generator.md 3). What waits is bounded by number and time.
/// </summary>
internal sealed class ServiceGraphs
{
    private readonly ServiceGraphsOptions _options;
    private readonly string _tenant;
    private readonly PolicyFilter _filter;
    private readonly SeriesKind _kind;
    private readonly Dictionary<(TraceId Trace, long Span), ServiceEdge> _waiting = [];
    private readonly Queue<((TraceId Trace, long Span) Key, ServiceEdge Edge)> _order = new();

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

    public int Waiting => _waiting.Count;

    public void Add(SliceTexts texts, bool[]? keep, SeriesRegistry registry, long nowMs)
    {
        var slice = texts.Slice;
        if (texts.Resource("service.name") is not { } services) return;
        var passes = _filter.Passing(texts);
        var kinds = Values(slice, SpanColumn.Kind);
        var statuses = Values(slice, SpanColumn.StatusCode);
        var parents = Values(slice, SpanColumn.ParentSpanId);
        var spanIds = slice.Batch.SpanIds.Values[slice.From..slice.To];
        var starts = slice.Batch.StartUnixNano.Values[slice.From..slice.To];
        var durations = slice.Batch.DurationNano.Values[slice.From..slice.To];
        var peers = texts.First([.. _options.PeerAttributes.Select(texts.Span)]);
        var databases = texts.First([.. _options.DatabaseNameAttributes.Select(texts.ResourceThenSpan)]);
        var database = databases is null ? null : DatabaseNames.Of(texts, databases);
        var dimensions = _options.Dimensions.Select(d => (Name: LabelNames.Of(d), Numbers: texts.ResourceThenSpan(d))).Where(d => d.Numbers is not null).ToArray();
        var multipliers = Multipliers.Of(texts, _options.SpanMultiplierKey);
        var (filtered, dropped, begun) = (0, 0, 0);
        for (var i = 0; i < slice.Count; i++)
        {
            if (kinds[i] is < 2 or > 5 || services[i] == 0 || (keep is not null && !keep[i])) continue;
            var isClient = kinds[i] is 3 or 4;
            var key = (slice.Batch.TraceIds[slice.From + i], isClient ? spanIds[i] : parents[i]);
            // Root servers have no parent to share: each waits under its own id.
            if (!isClient && parents[i] == 0) key = (key.Item1, ~spanIds[i]);
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, key, out var known);
            if (!known)
            {
                if (_waiting.Count > _options.MaxItems && !(isClient && database is not null && database[i] != 0))
                {
                    _waiting.Remove(key);
                    dropped++;
                    continue;
                }

                place = new ServiceEdge { Trace = key.Item1, ExpiresMs = nowMs + (long)_options.Wait.TotalMilliseconds };
                begun++;
            }

            var edge = place!;
            if (passes is not null && !passes[i])
            {
                edge.IsFiltered = true;
                filtered++;
                if (!known) _order.Enqueue((key, edge));
                continue;
            }

            Fill(edge, texts, i, isClient, services[i], kinds[i], Math.Max(durations[i], 0) / 1e9, starts[i], durations[i]);
            edge.Failed |= statuses[i] == 2;
            if (multipliers is not null) edge.Multiplier = multipliers[i];
            if (!isClient) edge.IsRoot = parents[i] == 0;
            if (peers is not null && (isClient || edge.IsRoot)) edge.Peer = texts[peers[i]];
            foreach (var (name, numbers) in dimensions)
            {
                if (numbers![i] == 0) continue;
                var label = _options.EnableClientServerPrefix ? (isClient ? "client_" : "server_") + name : name;
                (edge.Dimensions ??= new(StringComparer.Ordinal))[label] = texts[numbers[i]];
            }

            if (isClient && database is not null && database[i] != 0)
            {
                edge.ConnectionType = "database";
                edge.Server = texts[database[i]];
                edge.ServerSeconds = edge.ClientSeconds;
            }

            if (edge.IsComplete)
            {
                _waiting.Remove(key);
                if (!edge.IsFiltered) Record(edge, null, registry, nowMs);
            }
            else if (!known)
            {
                _order.Enqueue((key, edge));
            }
        }

        if (begun > 0) GeneratorMetrics.Edges.WithLabels(_tenant).Inc(begun);
        if (dropped > 0) GeneratorMetrics.DroppedSpans.WithLabels(_tenant).Inc(dropped);
        if (filtered > 0) GeneratorMetrics.SpansDiscarded.WithLabels(_tenant, "service_graphs_filtered").Inc(filtered);
    }

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
            if (!isWaiting) continue;
            _waiting.Remove(key);
            if (edge.IsFiltered) continue;
            if (edge.Client.Length == 0 && edge.IsRoot)
            {
                edge.Client = edge.Peer.Length > 0 ? edge.Peer : "user";
                Virtual(edge, "client", registry, nowMs);
            }
            else if (edge.Server.Length == 0 && edge.Peer.Length > 0)
            {
                edge.Server = edge.Peer;
                Virtual(edge, "server", registry, nowMs);
            }
            else
            {
                vain++;
            }
        }

        if (vain > 0) GeneratorMetrics.ExpiredEdges.WithLabels(_tenant).Inc(vain);
    }

    private static void Fill(ServiceEdge edge, SliceTexts texts, int i, bool isClient, int service, long kind, double seconds, long start, long duration)
    {
        edge.ConnectionType = kind is 4 or 5 ? "messaging_system" : edge.ConnectionType == "database" ? "database" : "";
        if (isClient)
        {
            edge.Client = texts[service];
            edge.ClientSeconds = seconds;
            edge.ClientEndNano = start + duration;
        }
        else
        {
            edge.Server = texts[service];
            edge.ServerSeconds = seconds;
            edge.ServerStartNano = start;
        }
    }

    private static ReadOnlySpan<long> Values(SpanSlice slice, SpanColumn column) => ((Int64Vector)slice.Batch[column]!).Values[slice.From..slice.To];

    private void Virtual(ServiceEdge edge, string side, SeriesRegistry registry, long nowMs)
    {
        edge.ConnectionType = "virtual_node";
        Record(edge, _options.EnableVirtualNodeLabel ? side : null, registry, nowMs);
    }

    private void Record(ServiceEdge edge, string? virtualSide, SeriesRegistry registry, long nowMs)
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

        var key = new StringBuilder();
        for (var i = 0; i < names.Count; i++) key.Append(names[i]).Append('\u0001').Append(values[i]).Append('\u0002');
        var group = registry.Get(_kind, key.ToString(), CollectionsMarshal.AsSpan(names), CollectionsMarshal.AsSpan(values), nowMs);
        group.Counters[0] += edge.Multiplier;
        if (edge.Failed) group.Counters[1] += edge.Multiplier;
        group.HistogramAt(0).Observe(edge.ServerSeconds, edge.Multiplier, edge.Trace, edge.Failed);
        group.HistogramAt(1).Observe(edge.ClientSeconds, edge.Multiplier, edge.Trace, edge.Failed);
        var transit = (edge.ServerStartNano - edge.ClientEndNano) / 1e9;
        if (_options.EnableMessagingLatency && edge.ConnectionType == "messaging_system" && transit > 0)
            group.HistogramAt(2).Observe(transit, edge.Multiplier, edge.Trace, edge.Failed);
    }
}
