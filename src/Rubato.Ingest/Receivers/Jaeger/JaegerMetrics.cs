using Prometheus;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>What UDP cannot answer is counted.</summary>
internal static class JaegerMetrics
{
    public static readonly Counter Packets = Metrics.CreateCounter(
        "rubato_jaeger_udp_packets_total", "UDP packets received by the Jaeger agent ports.", "transport");

    public static readonly Counter DroppedPackets = Metrics.CreateCounter(
        "rubato_jaeger_udp_dropped_packets_total",
        "UDP packets dropped: queue_full, too_large, malformed, not_supported (emitZipkinBatch and the like), refused (by a limit or the store), no_tenant.",
        "transport", "reason");
}
