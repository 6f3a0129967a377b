using Rubato.Configuration;
using Rubato.Configuration.Schema;
using Rubato.Model.Tenants;

namespace Rubato.Overrides;

/// <summary>Every limit with its key: the one place that knows both.</summary>
internal static class TenantLimitKeys
{
    private static readonly string[] Processors = ["span-metrics", "span-metrics-latency", "span-metrics-count", "span-metrics-size", "service-graphs", "local-blocks", "host-info"];

    public static IReadOnlyList<TenantLimitKey> All { get; } =
    [
        new("ingestion.rate_strategy", ValueKind.Text, l => l.RateStrategy == IngestionRateStrategy.Global ? "global" : "local",
            (l, v) => l with { RateStrategy = (string)v == "global" ? IngestionRateStrategy.Global : IngestionRateStrategy.Local })
        { OneOf = ["local", "global"] },
        Bytes("ingestion.rate_limit_bytes", l => l.RateLimitBytes, (l, v) => l with { RateLimitBytes = v }),
        Bytes("ingestion.burst_size_bytes", l => l.BurstSizeBytes, (l, v) => l with { BurstSizeBytes = v }),
        Count("ingestion.max_traces_per_user", l => l.MaxTracesPerUser, (l, v) => l with { MaxTracesPerUser = v }),
        Count("ingestion.max_global_traces_per_user", l => l.MaxGlobalTracesPerUser, (l, v) => l with { MaxGlobalTracesPerUser = v }),
        Count("ingestion.tenant_shard_size", l => l.TenantShardSize, (l, v) => l with { TenantShardSize = v }, hasEffect: false),
        Count("ingestion.max_attribute_bytes", l => l.MaxAttributeBytes, (l, v) => l with { MaxAttributeBytes = v }, kind: ValueKind.Bytes),
        Time("ingestion.artificial_delay", l => l.ArtificialDelay, (l, v) => l with { ArtificialDelay = v }),
        Flag("ingestion.retry_info_enabled", l => l.RetryInfoEnabled, (l, v) => l with { RetryInfoEnabled = v }),

        Bytes("read.max_bytes_per_tag_values_query", l => l.MaxBytesPerTagValuesQuery, (l, v) => l with { MaxBytesPerTagValuesQuery = v }),
        Count("read.max_blocks_per_tag_values_query", l => l.MaxBlocksPerTagValuesQuery, (l, v) => l with { MaxBlocksPerTagValuesQuery = v }),
        Count("read.max_condition_groups_per_tag_query", l => l.MaxConditionGroupsPerTagQuery, (l, v) => l with { MaxConditionGroupsPerTagQuery = v }),
        Time("read.max_search_duration", l => l.MaxSearchDuration, (l, v) => l with { MaxSearchDuration = v }),
        Time("read.max_metrics_duration", l => l.MaxMetricsDuration, (l, v) => l with { MaxMetricsDuration = v }),
        Flag("read.unsafe_query_hints", l => l.UnsafeQueryHints, (l, v) => l with { UnsafeQueryHints = v }, hasEffect: false),
        Flag("read.left_pad_trace_ids", l => l.LeftPadTraceIds, (l, v) => l with { LeftPadTraceIds = v }),

        Time("compaction.block_retention", l => l.BlockRetention, (l, v) => l with { BlockRetention = v }),
        Time("compaction.compaction_window", l => l.CompactionWindow, (l, v) => l with { CompactionWindow = v }),
        Flag("compaction.compaction_disabled", l => l.CompactionDisabled, (l, v) => l with { CompactionDisabled = v }),

        Bytes("global.max_bytes_per_trace", l => l.MaxBytesPerTrace, (l, v) => l with { MaxBytesPerTrace = v }),

        new("metrics_generator.processors", ValueKind.TextList, l => l.MetricsGeneratorProcessors.ToArray(),
            (l, v) => l with { MetricsGeneratorProcessors = (string[])v }) { OneOf = Processors },
        Count("metrics_generator.max_active_series", l => l.MetricsGeneratorMaxActiveSeries,
            (l, v) => l with { MetricsGeneratorMaxActiveSeries = v }),
        Time("metrics_generator.collection_interval", l => l.MetricsGenerator.CollectionInterval,
            (l, v) => l with { MetricsGenerator = l.MetricsGenerator with { CollectionInterval = v } }),
        Flag("metrics_generator.disable_collection", l => l.MetricsGenerator.DisableCollection,
            (l, v) => l with { MetricsGenerator = l.MetricsGenerator with { DisableCollection = v } }),
        new("metrics_generator.generate_native_histograms", ValueKind.Text, l => l.MetricsGenerator.GenerateNativeHistograms,
            (l, v) => l with { MetricsGenerator = l.MetricsGenerator with { GenerateNativeHistograms = (string)v } }) { OneOf = ["classic", "native", "both"] },
        new("metrics_generator.trace_id_label_name", ValueKind.Text, l => l.MetricsGenerator.TraceIdLabelName,
            (l, v) => l with { MetricsGenerator = l.MetricsGenerator with { TraceIdLabelName = (string)v } }),
        Time("metrics_generator.ingestion_time_range_slack", l => l.MetricsGenerator.IngestionTimeRangeSlack,
            (l, v) => l with { MetricsGenerator = l.MetricsGenerator with { IngestionTimeRangeSlack = v } }),
    ];

    /// <summary>Adds the keys to the description of <c>overrides.defaults</c> or of a tenant's entry.</summary>
    public static void Describe(SchemaSection section)
    {
        foreach (var key in All)
        {
            var dot = key.Path.LastIndexOf('.');
            section.Section(key.Path[..dot]).Add(key.Path[(dot + 1)..], new SchemaValue(key.Kind)
            {
                Default = key.Get(TenantLimits.Default),
                HasEffect = key.HasEffect,
                OneOf = key.OneOf,
                Min = 0,
                Max = key.Max,
            });
        }
    }

    /// <summary>The limits with what <paramref name="values"/> sets; the rest stays.</summary>
    public static TenantLimits Apply(TenantLimits limits, ConfigValues values, string path)
    {
        foreach (var key in All)
        {
            if (values.TryGet(ConfigValues.Join(path, key.Path), out var value))
                limits = key.With(limits, value);
        }

        return TenantGeneratorKeys.Apply(limits, values, path);
    }

    private static TenantLimitKey Bytes(
        string path, Func<TenantLimits, long> get, Func<TenantLimits, long, TenantLimits> with, bool hasEffect = true) =>
        new(path, ValueKind.Bytes, l => get(l), (l, v) => with(l, (long)v), hasEffect);

    private static TenantLimitKey Count(
        string path, Func<TenantLimits, int> get, Func<TenantLimits, int, TenantLimits> with, bool hasEffect = true, ValueKind kind = ValueKind.Int) =>
        new(path, kind, l => (long)get(l), (l, v) => with(l, (int)(long)v), hasEffect) { Max = int.MaxValue };

    private static TenantLimitKey Time(
        string path, Func<TenantLimits, TimeSpan> get, Func<TenantLimits, TimeSpan, TenantLimits> with, bool hasEffect = true) =>
        new(path, ValueKind.Duration, l => get(l), (l, v) => with(l, (TimeSpan)v), hasEffect);

    private static TenantLimitKey Flag(
        string path, Func<TenantLimits, bool> get, Func<TenantLimits, bool, TenantLimits> with, bool hasEffect = true) =>
        new(path, ValueKind.Bool, l => get(l), (l, v) => with(l, (bool)v), hasEffect);
}
