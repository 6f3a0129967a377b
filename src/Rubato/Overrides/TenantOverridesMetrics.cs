using Prometheus;
using Rubato.Model.Tenants;

namespace Rubato.Overrides;

/// <summary>Limits as gauges, in Tempo's names, so that a dashboard can draw them beside what they limit.</summary>
internal static class TenantOverridesMetrics
{
    private static readonly Lock Lock = new();

    private static readonly (string Name, Func<TenantLimits, double> Value)[] Limits =
    [
        ("max_local_traces_per_user", l => l.MaxTracesPerUser),
        ("max_global_traces_per_user", l => l.MaxGlobalTracesPerUser),
        ("max_bytes_per_trace", l => l.MaxBytesPerTrace),
        ("max_bytes_per_tag_values_query", l => l.MaxBytesPerTagValuesQuery),
        ("max_blocks_per_tag_values_query", l => l.MaxBlocksPerTagValuesQuery),
        ("ingestion_rate_limit_bytes", l => l.RateLimitBytes),
        ("ingestion_burst_size_bytes", l => l.BurstSizeBytes),
        ("block_retention", l => l.BlockRetention.TotalNanoseconds),
        ("compaction_window", l => l.CompactionWindow.TotalNanoseconds),
        ("metrics_generator_max_active_series", l => l.MetricsGeneratorMaxActiveSeries),
        ("metrics_generator_dry_run_enabled", l => l.MetricsGenerator.DisableCollection ? 1 : 0),
    ];

    public static readonly Gauge LastReloadSuccessful = Metrics.CreateGauge(
        "tempo_runtime_config_last_reload_successful", "Whether the last reading of the per-tenant overrides file succeeded.");

    private static readonly Gauge FileHash = Metrics.CreateGauge(
        "tempo_runtime_config_hash", "Hash of the per-tenant overrides file in force.", "sha256");

    private static readonly Gauge Defaults = Metrics.CreateGauge("tempo_limits_defaults", "Limits of a tenant without an entry of its own.", "limit_name");

    private static readonly Gauge Overrides = Metrics.CreateGauge("tempo_limits_overrides", "Limits of tenants with an entry.", "limit_name", "user");

    public static void ShowDefaults(TenantLimits limits)
    {
        foreach (var (name, value) in Limits)
            Defaults.WithLabels(name).Set(value(limits));
    }

    /// <summary>Tenants that left the file leave the metrics too.</summary>
    public static void Show(string hash, TenantOverridesSnapshot snapshot)
    {
        lock (Lock)
        {
            foreach (var old in FileHash.GetAllLabelValues().Where(labels => labels[0] != hash).ToList())
                FileHash.RemoveLabelled(old);
            FileHash.WithLabels(hash).Set(1);

            foreach (var old in Overrides.GetAllLabelValues().Where(labels => !TenantId.TryParse(labels[1], out var user) || !snapshot.Tenants.ContainsKey(user)).ToList())
                Overrides.RemoveLabelled(old);
            foreach (var (tenant, limits) in snapshot.Tenants)
            {
                foreach (var (name, value) in Limits)
                    Overrides.WithLabels(name, tenant.Value).Set(value(limits));
            }
        }
    }
}
