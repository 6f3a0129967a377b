using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Generating;

/// <summary>Calls between two services, worked out of spans in the order in which they were sent (spec/metrics-generator.md 3).</summary>
internal sealed record CallOracle(string Client, string Server, string ConnectionType)
{
    private static readonly string[] Peers = ["peer.service", "db.name", "db.system"];
    private static readonly string[] Databases = ["db.namespace", "db.name", "db.system"];

    /// <summary>Calls, failed ones, seconds as the server and as the client saw them.</summary>
    public static Dictionary<CallOracle, (int Calls, int Failed, double Server, double Client)> Of(IEnumerable<FoundSpan> spans)
    {
        var calls = new Dictionary<CallOracle, (int Calls, int Failed, double Server, double Client)>();
        // Under the id of the calling span. A caller with two answers is paired with one of them: the next after it, or the last before it.
        var open = new Dictionary<string, (FoundSpan? Client, FoundSpan? Server, bool Failed)>();
        foreach (var span in spans)
        {
            var isClient = span.Span.Kind is Span.Types.SpanKind.Client or Span.Types.SpanKind.Producer;
            if (!isClient && span.Span.Kind is not (Span.Types.SpanKind.Server or Span.Types.SpanKind.Consumer)) continue;
            if (!isClient && span.Span.ParentSpanId.IsEmpty)
            {
                Add(First(span, Peers, spanOnly: true) ?? "user", span.Service, "virtual_node", span.Failed(), span.Seconds(), 0);
                continue;
            }

            var key = span.TraceId + Convert.ToHexStringLower((isClient ? span.Span.SpanId : span.Span.ParentSpanId).Span);
            var call = open.GetValueOrDefault(key);
            call = isClient ? (span, call.Server, call.Failed || span.Failed()) : (call.Client, span, call.Failed || span.Failed());
            open[key] = call;
            if (isClient && First(span, Databases) is { } database)
                Add(span.Service, DatabaseName(span, database), "database", call.Failed, span.Seconds(), span.Seconds());
            else if (call is { Client: { } client, Server: { } server })
                Add(client.Service, server.Service, span.Span.Kind is Span.Types.SpanKind.Producer or Span.Types.SpanKind.Consumer ? "messaging_system" : "", call.Failed, server.Seconds(), client.Seconds());
            else continue;
            open.Remove(key);
        }

        foreach (var (client, _, failed) in open.Values)
        {
            if (client is not null && First(client, Peers, spanOnly: true) is { } peer) Add(client.Service, peer, "virtual_node", failed, 0, client.Seconds());
        }

        return calls;

        void Add(string client, string server, string type, bool failed, double serverSeconds, double clientSeconds)
        {
            var call = new CallOracle(client, server, type);
            var so = calls.GetValueOrDefault(call);
            calls[call] = (so.Calls + 1, so.Failed + (failed ? 1 : 0), so.Server + serverSeconds, so.Client + clientSeconds);
        }
    }

    private static string DatabaseName(FoundSpan client, string database)
    {
        var (address, port) = (First(client, ["network.peer.address"]), First(client, ["network.peer.port"]));
        return First(client, ["peer.service", "server.address"]) ?? (address is null ? database : port is null ? address : address + ":" + port);
    }

    private static string? First(FoundSpan span, string[] keys, bool spanOnly = false)
    {
        foreach (var key in keys)
        {
            var found = (spanOnly ? null : span.Resource.Attributes.FirstOrDefault(a => a.Key == key)) ?? span.Span.Attributes.FirstOrDefault(a => a.Key == key);
            if (found is not null) return found.Value.HasStringValue ? found.Value.StringValue : found.Value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return null;
    }
}
