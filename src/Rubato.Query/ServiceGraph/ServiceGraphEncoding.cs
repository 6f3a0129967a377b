using System.Buffers;
using System.Text.Json;
using Rubato.Query.Encoding;

namespace Rubato.Query.ServiceGraph;

/// <summary>The JSON of the service graph (spec/metrics-generator.md 11.1). Durations in milliseconds.</summary>
internal static class ServiceGraphEncoding
{
    public sealed record Edge(string Source, string Target, ConnectionType Type, GraphEdge Sums);

    public static ReadOnlyMemory<byte> Graph(IEnumerable<Edge> edges, ulong startNano, ulong endNano, bool isPartial)
    {
        var all = edges.OrderBy(e => e.Source, StringComparer.Ordinal).ThenBy(e => e.Target, StringComparer.Ordinal).ThenBy(e => e.Type).ToArray();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("nodes");
            foreach (var name in all.SelectMany(e => new[] { e.Source, e.Target }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) WriteNode(json, name, all);
            json.WriteEndArray();
            json.WriteStartArray("edges");
            foreach (var edge in all) WriteEdge(json, edge);
            json.WriteEndArray();
            json.WriteNumber("start", startNano / 1_000_000_000);
            json.WriteNumber("end", endNano / 1_000_000_000);
            if (isPartial) json.WriteBoolean("partial", true);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteNode(Utf8JsonWriter json, string name, Edge[] all)
    {
        var edges = all.Where(e => e.Target == name).ToArray();
        var isSource = edges.Length == 0;
        if (isSource) edges = [.. all.Where(e => e.Source == name)];
        var calls = edges.Sum(e => e.Sums.Calls);
        json.WriteStartObject();
        json.WriteString("id", name);
        json.WriteString("label", name);
        json.WriteNumber("calls", calls);
        json.WriteNumber("error_rate", (double)edges.Sum(e => e.Sums.Failed) / calls);
        json.WriteNumber("avg_duration", edges.Sum(e => isSource ? e.Sums.ClientSeconds : ServerSeconds(e)) / calls * 1000);
        json.WriteString("type", TypeOf(name, all));
        json.WriteEndObject();
    }

    private static void WriteEdge(Utf8JsonWriter json, Edge edge)
    {
        json.WriteStartObject();
        json.WriteString("source", edge.Source);
        json.WriteString("target", edge.Target);
        json.WriteNumber("calls", edge.Sums.Calls);
        json.WriteNumber("error_rate", (double)edge.Sums.Failed / edge.Sums.Calls);
        json.WriteNumber("avg_duration", ServerSeconds(edge) / edge.Sums.Calls * 1000);
        json.WriteString("connection_type", edge.Type switch
        {
            ConnectionType.Direct => "",
            ConnectionType.MessagingSystem => "messaging_system",
            ConnectionType.Database => "database",
            _ => "virtual_node",
        });
        json.WriteEndObject();
    }

    /// <summary>Of a server that is not traced only the caller knows how long it took.</summary>
    private static double ServerSeconds(Edge edge) => edge.Type == ConnectionType.VirtualServer ? edge.Sums.ClientSeconds : edge.Sums.ServerSeconds;

    private static string TypeOf(string name, Edge[] all)
    {
        if (all.Any(e => e.Target == name && e.Type == ConnectionType.Database)) return "database";
        var isVirtual = all.All(e => (e.Source != name || e.Type == ConnectionType.VirtualClient) && (e.Target != name || e.Type == ConnectionType.VirtualServer));
        return isVirtual ? "virtual" : "service";
    }
}
