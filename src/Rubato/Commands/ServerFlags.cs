using System.Collections.Frozen;

namespace Rubato.Commands;

/// <summary>Every flag that Tempo's users pass, and ours. A flag that sets a key wins over the file.</summary>
internal static class ServerFlags
{
    public const string ConfigFile = "config.file";
    public const string ExpandEnv = "config.expand-env";
    public const string Verify = "config.verify";
    public const string Strict = "config.strict";
    public const string Version = "version";
    public const string Health = "health";
    public const string HealthUrl = "health.url";
    public const string Demo = "demo";
    public const string Help = "help";

    public static FrozenDictionary<string, ServerFlag> All { get; } = List().ToFrozenDictionary(flag => flag.Name, StringComparer.Ordinal);

    private static IEnumerable<ServerFlag> List() =>
    [
        new(ConfigFile, null), new(HealthUrl, null),
        Switch(ExpandEnv), Switch(Verify), Switch(Strict), Switch(Version), Switch(Health), Switch(Demo), Switch(Help), Switch("h"),

        new("target", "target"),
        Switch("auth.enabled", "multitenancy_enabled"), Switch("multitenancy.enabled", "multitenancy_enabled"),
        new("http-api-prefix", "http_api_prefix"), new("shutdown-delay", "shutdown_delay"),
        Switch("use-otel-tracer", "use_otel_tracer"), Switch("enable-go-runtime-metrics", "enable_go_runtime_metrics"),
        Switch("reporting.enabled", "usage_report.reporting_enabled"),

        new("server.http-listen-address", "server.http_listen_address"), new("server.http-listen-port", "server.http_listen_port"),
        new("server.grpc-listen-address", "server.grpc_listen_address"), new("server.grpc-listen-port", "server.grpc_listen_port"),
        new("log.level", "server.log_level"), new("log.format", "server.log_format"),

        new("memberlist.host-port", "memberlist.join_members"), new("memberlist.bind-port", "memberlist.bind_port"),
        new("memberlist.message-history-buffer-bytes", "memberlist.message_history_buffer_bytes"),

        .. Same("storage.trace.", "storage.trace.", "backend", "blocklist_poll", "wal.path", "local.path"),
        .. Same("storage.trace.s3.", "storage.trace.s3.",
            "bucket", "prefix", "endpoint", "access_key", "secret_key", "session_token", "tls_min_version", "list_blocks_concurrency"),
        new("storage.trace.gcs.bucket", "storage.trace.gcs.bucket_name"),
        .. Same("storage.trace.gcs.", "storage.trace.gcs.", "prefix", "list_blocks_concurrency"),
        .. Same("storage.trace.azure.", "storage.trace.azure.",
            "storage_account_name", "storage_account_key", "container_name", "prefix", "max_buffers"),
        new("storage.trace.azure.endpoint", "storage.trace.azure.endpoint_suffix"),
        new("storage.trace.pool.max-workers", "storage.trace.pool.max_workers"),
        new("storage.trace.pool.queue-depth", "storage.trace.pool.queue_depth"),

        .. Dashed("ingester.", "ingester.", "trace-idle-period", "max-block-duration", "max-block-bytes", "complete-block-timeout"),
        new("ingester.availability-zone", "ingester.lifecycler.availability_zone"), new("ingester.lifecycler.ID", "ingester.lifecycler.id"),
        .. Dashed("compactor.compaction.", "compactor.compaction.", "block-retention", "max-block-bytes", "compaction-window"),
        new("compactor.compaction.max-objects-per-block", "compactor.compaction.max_compaction_objects"),
        Switch("compactor.disabled", "compactor.disabled"),
        new("querier.frontend-address", "querier.frontend_worker.frontend_address"),

        Switch("distributor.log-received-spans.enabled", "distributor.log_received_spans.enabled"),
        Switch("distributor.log-received-spans.include-attributes", "distributor.log_received_spans.include_all_attributes"),
        Switch("distributor.log-received-spans.filter-by-status-error", "distributor.log_received_spans.filter_by_status_error"),
        new("distributor.rate-limit-strategy", "overrides.defaults.ingestion.rate_strategy"),
        new("distributor.ingestion-rate-limit-bytes", "overrides.defaults.ingestion.rate_limit_bytes"),
        new("distributor.ingestion-burst-size-bytes", "overrides.defaults.ingestion.burst_size_bytes"),
        .. Dashed("ingester.", "overrides.defaults.ingestion.", "max-traces-per-user", "max-global-traces-per-user"),
        new("ingester.max-bytes-per-trace", "overrides.defaults.global.max_bytes_per_trace"),
        .. Dashed("querier.", "overrides.defaults.read.", "max-bytes-per-tag-values-query", "max-blocks-per-tag-values-query"),
        new("config.per-user-override-config", "overrides.per_tenant_override_config"),
        new("config.per-user-override-period", "overrides.per_tenant_override_period"),

        Switch("config.enable-legacy-overrides") with { IsIgnored = true },
        Switch("span-profiling") with { IsIgnored = true },
        new("mem-ballast-size-mbs", null, IsIgnored: true),
        new("mutex-profile-fraction", null, IsIgnored: true),
        new("block-profile-threshold", null, IsIgnored: true),
    ];

    private static ServerFlag Switch(string name, string? path = null) => new(name, path, IsBoolean: true);

    private static IEnumerable<ServerFlag> Same(string flags, string keys, params string[] names) =>
        names.Select(name => new ServerFlag(flags + name, keys + name));

    private static IEnumerable<ServerFlag> Dashed(string flags, string keys, params string[] names) =>
        names.Select(name => new ServerFlag(flags + name, keys + name.Replace('-', '_')));
}
