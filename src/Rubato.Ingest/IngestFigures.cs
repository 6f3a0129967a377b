using Prometheus;
using Rubato.Model.Tenants;

namespace Rubato.Ingest;

/// <summary>What came in for a tenant since the process started, and what lies in memory: the numbers of the metrics, for those who show them.</summary>
/// <param name="Spans">Kept.</param>
/// <param name="Bytes">OTLP bytes received, refused ones included.</param>
/// <param name="Refused">Spans by reason.</param>
/// <param name="RecentSpans">In memory; no block holds them yet.</param>
/// <param name="RecentBytes">Memory that they hold.</param>
public sealed record IngestFigures(long Spans, long Bytes, IReadOnlyDictionary<string, long> Refused, long RecentSpans, long RecentBytes)
{
    /// <summary>Zeros for a tenant that nothing is known of: asking makes no series.</summary>
    public static IngestFigures Of(TenantId tenant)
    {
        var name = tenant.Value;
        return new IngestFigures(
            Value(IngestMetrics.SpansReceived, name, "success"),
            Value(IngestMetrics.BytesReceived, name),
            IngestMetrics.DiscardedSpans.GetAllLabelValues().Where(labels => labels[1] == name)
                .ToDictionary(labels => labels[0], labels => (long)IngestMetrics.DiscardedSpans.WithLabels(labels).Value, StringComparer.Ordinal),
            Value(IngestMetrics.RecentSpans, name),
            Value(IngestMetrics.RecentBytes, name));
    }

    /// <summary>Spans and bytes of every tenant that sent something, by its name: each counter is gone through once, however many tenants there are.</summary>
    public static IReadOnlyDictionary<string, (long Spans, long Bytes)> Totals()
    {
        var spans = IngestMetrics.SpansReceived.GetAllLabelValues().Where(labels => labels[1] == "success")
            .ToDictionary(labels => labels[0], labels => (long)IngestMetrics.SpansReceived.WithLabels(labels).Value, StringComparer.Ordinal);
        return IngestMetrics.BytesReceived.GetAllLabelValues()
            .ToDictionary(labels => labels[0], labels => (spans.GetValueOrDefault(labels[0]), (long)IngestMetrics.BytesReceived.WithLabels(labels).Value), StringComparer.Ordinal);
    }

    private static long Value(Counter counter, params string[] labels) => Has(counter.GetAllLabelValues(), labels) ? (long)counter.WithLabels(labels).Value : 0;

    private static long Value(Gauge gauge, params string[] labels) => Has(gauge.GetAllLabelValues(), labels) ? (long)gauge.WithLabels(labels).Value : 0;

    private static bool Has(IEnumerable<string[]> all, string[] labels) => all.Any(one => one.AsSpan().SequenceEqual(labels));
}
