using Prometheus;
using Rubato.Commands;

namespace Rubato.Server;

/// <summary>What runs here and how much memory it has, under the names that Tempo's dashboards and alerts use (spec/operations.md 15).</summary>
internal static class ProcessMetrics
{
    private static readonly Gauge BuildInfo = Metrics.CreateGauge(
        "tempo_build_info", "Always 1; the labels say what runs.", "version", "revision", "branch", "goversion");

    private static readonly Gauge ResidentBytes = Metrics.CreateGauge("process_resident_memory_bytes", "Resident memory as the kernel counts it.");

    /// <summary>Once a process: measures when asked.</summary>
    public static void Register()
    {
        BuildInfo.WithLabels(TempoCompatibility.Version, ServerCommand.Version, "main", "dotnet" + Environment.Version).Set(1);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() => ResidentBytes.Set(Environment.WorkingSet));
    }
}
