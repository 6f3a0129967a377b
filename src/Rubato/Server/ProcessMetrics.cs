using Prometheus;
using Rubato.Commands;
using Rubato.Ingest.Receivers;

namespace Rubato.Server;

/// <summary>What runs here and how much memory it has, under the names that Tempo's dashboards and alerts use (spec/operations.md 15).</summary>
internal static class ProcessMetrics
{
    private static readonly Gauge BuildInfo = Metrics.CreateGauge(
        "tempo_build_info", "Always 1; the labels say what runs.", "version", "revision", "branch", "goversion");

    private static readonly Gauge ResidentBytes = Metrics.CreateGauge("process_resident_memory_bytes", "Resident memory as the kernel counts it.");

    // Panels of Tempo's dashboards for resources ask for Go's names: those two that mean the same here.
    private static readonly Gauge HeapBytes = Metrics.CreateGauge("go_memstats_heap_inuse_bytes", "Memory of the managed heap after the last collection, under Go's name.");

    private static readonly Counter Collections = Metrics.CreateCounter("go_gc_duration_seconds_count", "Garbage collections of every generation, under Go's name.");

    /// <summary>Once a process: measures when asked.</summary>
    public static void Register()
    {
        BuildInfo.WithLabels(TempoCompatibility.Version, ServerCommand.Version, "main", "dotnet" + Environment.Version).Set(1);
        ReceiveBudget.Register();
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            ResidentBytes.Set(Environment.WorkingSet);
            HeapBytes.Set(GC.GetGCMemoryInfo().HeapSizeBytes);
            // Each count has those of the generations above.
            Collections.IncTo(GC.CollectionCount(0));
        });
    }
}
