using Prometheus;

namespace Rubato.Ingest.Generator;

/// <summary>Metrics about the generator, with Tempo's names (spec/metrics-generator.md 3.6 and 9).</summary>
internal static class GeneratorMetrics
{
    public static readonly Counter SpansReceived = Metrics.CreateCounter("tempo_metrics_generator_spans_received_total", "Spans that the generator looked at.", "tenant");
    public static readonly Counter BytesReceived = Metrics.CreateCounter("tempo_metrics_generator_bytes_received_total", "OTLP bytes of these spans.", "tenant");
    public static readonly Counter SpansDiscarded = Metrics.CreateCounter("tempo_metrics_generator_spans_discarded_total", "Spans that made no metrics, by reason.", "tenant", "reason");
    public static readonly Counter PushFailures = Metrics.CreateCounter("tempo_distributor_queue_pushes_failures_total", "Batches that found the generator's queue full.", "name", "tenant");
    public static readonly Gauge ActiveProcessors = Metrics.CreateGauge("tempo_metrics_generator_active_processors", "1 where the processor is on.", "tenant", "processor");
    public static readonly Gauge ActiveSeries = Metrics.CreateGauge("tempo_metrics_generator_registry_active_series", "Series that are kept.", "tenant");
    public static readonly Gauge MaxActiveSeries = Metrics.CreateGauge("tempo_metrics_generator_registry_max_active_series", "Series that may be kept.", "tenant");
    public static readonly Counter SeriesAdded = Metrics.CreateCounter("tempo_metrics_generator_registry_series_added_total", "Series begun.", "tenant");
    public static readonly Counter SeriesRemoved = Metrics.CreateCounter("tempo_metrics_generator_registry_series_removed_total", "Series ended because nothing changed them, or because their options changed.", "tenant");
    public static readonly Counter SeriesLimited = Metrics.CreateCounter("tempo_metrics_generator_registry_series_limited_total", "Series that were one too many; their spans went to the overflow series.", "tenant");
    public static readonly Gauge ActiveEntities = Metrics.CreateGauge("tempo_metrics_generator_registry_active_entities", "Label sets that are kept.", "tenant");
    public static readonly Gauge MaxActiveEntities = Metrics.CreateGauge("tempo_metrics_generator_registry_max_active_entities", "Label sets that may be kept; 0 where they are not limited.", "tenant");
    public static readonly Counter EntitiesLimited = Metrics.CreateCounter("tempo_metrics_generator_registry_entities_limited_total", "Label sets that were one too many; their spans went to the overflow series.", "tenant");
    public static readonly Counter LabelValuesLimited = Metrics.CreateCounter("tempo_metrics_generator_registry_label_values_limited_total", "Values of a label that were one too many and became __cardinality_overflow__ in a new label set.", "tenant", "label_name");
    public static readonly Counter Collections = Metrics.CreateCounter("tempo_metrics_generator_registry_collections_total", "Collections.", "tenant");
    public static readonly Counter CollectionsFailed = Metrics.CreateCounter("tempo_metrics_generator_registry_collections_failed_total", "Collections that could not be kept.", "tenant");
    public static readonly Counter Edges = Metrics.CreateCounter("tempo_metrics_generator_processor_service_graphs_edges", "Edges begun.", "tenant");
    public static readonly Counter ExpiredEdges = Metrics.CreateCounter("tempo_metrics_generator_processor_service_graphs_expired_edges", "Edges that waited in vain and made no metrics.", "tenant");
    public static readonly Counter DroppedSpans = Metrics.CreateCounter("tempo_metrics_generator_processor_service_graphs_dropped_spans", "Spans for which there was no room to wait.", "tenant");
    public static readonly Counter Samples = Metrics.CreateCounter("prometheus_remote_storage_samples_total", "Samples that an endpoint took.", "tenant", "remote_name");
    public static readonly Counter SamplesFailed = Metrics.CreateCounter("prometheus_remote_storage_samples_failed_total", "Samples that an endpoint refused for good.", "tenant", "remote_name");
    public static readonly Counter SamplesRetried = Metrics.CreateCounter("prometheus_remote_storage_samples_retried_total", "Samples sent again.", "tenant", "remote_name");
    public static readonly Counter SamplesDropped = Metrics.CreateCounter("prometheus_remote_storage_samples_dropped_total", "Samples not sent: older than allowed, dropped by write_relabel_configs, or the log was full.", "tenant", "remote_name");
    public static readonly Gauge SamplesPending = Metrics.CreateGauge("prometheus_remote_storage_samples_pending", "Samples in the log that an endpoint has not taken.", "tenant", "remote_name");
    public static readonly Gauge Shards = Metrics.CreateGauge("prometheus_remote_storage_shards", "Requests under way at a time.", "tenant", "remote_name");
}
