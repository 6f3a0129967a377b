using Rubato.Configuration.Schema;

namespace Rubato.Configuration;

/// <summary>Which of the accepted keys of <c>metrics_generator</c> do something. The others are read and warned about, as everywhere.</summary>
internal static class GeneratorKeys
{
    private static readonly string[] Processors =
    [
        "histogram_buckets", "dimensions", "filter_policies", "span_multiplier_key", "enable_tracestate_span_multiplier",
    ];

    private static readonly string[] Used =
    [
        "metrics_ingestion_time_range_slack", "limiter_type",
        "processor.service_graphs.enabled", "processor.service_graphs.wait", "processor.service_graphs.max_items", "processor.service_graphs.workers",
        "processor.service_graphs.database_name_attributes", "processor.service_graphs.peer_attributes", "processor.service_graphs.enable_client_server_prefix",
        "processor.service_graphs.enable_messaging_system_latency_histogram", "processor.service_graphs.enable_virtual_node_label",
        "processor.span_metrics.enabled", "processor.span_metrics.intrinsic_dimensions.service", "processor.span_metrics.intrinsic_dimensions.span_name",
        "processor.span_metrics.intrinsic_dimensions.span_kind", "processor.span_metrics.intrinsic_dimensions.status_code",
        "processor.span_metrics.intrinsic_dimensions.status_message", "processor.span_metrics.target_info_excluded_dimensions",
        "processor.span_metrics.dimension_mappings", "processor.span_metrics.enable_target_info", "processor.span_metrics.enable_instance_label",
        "processor.host_info.host_identifiers", "processor.host_info.metric_name",
        "registry.collection_interval", "registry.stale_duration", "registry.external_labels", "registry.inject_tenant_id_as", "registry.max_label_name_length",
        "registry.max_label_value_length",
        "storage.path", "storage.max_log_bytes", "storage.remote_write_flush_deadline", "storage.remote_write_add_org_id_header", "storage.remote_write",
        .. Processors.Select(key => "processor.service_graphs." + key), .. Processors.Select(key => "processor.span_metrics." + key),
    ];

    private static readonly string[] UsedOfEndpoint =
    [
        "url", "name", "proxy_url", "proxy_from_environment", "remote_timeout", "headers", "follow_redirects", "send_exemplars",
        "basic_auth.username", "basic_auth.username_file", "basic_auth.password", "basic_auth.password_file", "authorization.type", "authorization.credentials", "authorization.credentials_file",
        "bearer_token", "bearer_token_file",
        "oauth2.client_id", "oauth2.client_secret", "oauth2.client_secret_file", "oauth2.token_url", "oauth2.proxy_url", "oauth2.scopes", "oauth2.endpoint_params",
        "queue_config.capacity", "queue_config.max_shards", "queue_config.min_shards", "queue_config.max_samples_per_send", "queue_config.batch_send_deadline",
        "queue_config.min_backoff", "queue_config.max_backoff", "queue_config.retry_on_http_429", "queue_config.sample_age_limit",
    ];

    public static void MarkUsed(SchemaSection root)
    {
        foreach (var key in Used) Mark(root, "metrics_generator." + key);
        var endpoint = ((SchemaValue)root.Find("metrics_generator.storage.remote_write")!).Element!;
        foreach (var key in UsedOfEndpoint) Mark(endpoint, key);
        foreach (var section in new[] { "tls_config", "oauth2.tls_config" }) MarkAll(endpoint.Find(section)!);
        Mark(endpoint, "write_relabel_configs");
        MarkAll(((SchemaValue)endpoint.Find("write_relabel_configs")!).Element!);
        foreach (var processor in new[] { "service_graphs", "span_metrics" })
            MarkAll(((SchemaValue)root.Find($"metrics_generator.processor.{processor}.filter_policies")!).Element!);
        MarkAll(((SchemaValue)root.Find("metrics_generator.processor.span_metrics.dimension_mappings")!).Element!);
    }

    private static void Mark(SchemaSection section, string path) =>
        ((SchemaValue)(section.Find(path) ?? throw new InvalidOperationException($"AcceptedKeys.txt does not describe {path}"))).HasEffect = true;

    /// <summary>A key and whatever is below it.</summary>
    internal static void MarkAll(SchemaNode node)
    {
        if (node is SchemaSection section)
        {
            foreach (var key in section.Keys) MarkAll(section.Find(key)!);
        }
        else if (node is SchemaValue value)
        {
            value.HasEffect = true;
            if (value.Element is { } element) MarkAll(element);
        }
    }
}
