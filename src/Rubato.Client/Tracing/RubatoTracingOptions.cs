using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Rubato.Client;

/// <summary>
/// How an application sends its traces. Every property has a default; an empty text, a zero size and a zero duration mean that default too,
/// so that a half-filled section of a configuration file does what was meant.
/// </summary>
/// <remarks>
/// Bound from the section <c>Rubato</c> of the configuration by <c>AddRubatoTracing</c>, or set in code, or both: code wins.
/// All mistakes are reported at once, with key, value and what was expected.
/// </remarks>
public sealed class RubatoTracingOptions
{
    /// <summary>The section of the configuration that <c>AddRubatoTracing</c> reads: <c>Rubato</c>.</summary>
    public const string SectionName = "Rubato";

    /// <summary>
    /// The OTLP/gRPC receiver: <c>http://host:port</c>, <c>https://host:port</c>, or <c>host:port</c>, where <see cref="Insecure"/> says which of the two is meant.
    /// </summary>
    /// <value><c>http://localhost:4317</c></value>
    public string Endpoint { get; set; } = TracingDefaults.Endpoint;

    /// <summary>The resource attribute <c>service.name</c>, and the first activity source that is listened to.</summary>
    /// <value><c>my-service</c></value>
    public string ServiceName { get; set; } = TracingDefaults.ServiceName;

    /// <summary>The resource attribute <c>service.version</c>.</summary>
    /// <value><c>1.0.0</c></value>
    public string ServiceVersion { get; set; } = TracingDefaults.ServiceVersion;

    /// <summary>The resource attribute <c>deployment.environment</c>.</summary>
    /// <value><c>development</c></value>
    public string Environment { get; set; } = TracingDefaults.Environment;

    /// <summary>
    /// The share of traces that is sent: 1 and more is all, 0 and less is none, between them the trace id decides, so that services with the same rate
    /// choose the same traces. A caller's decision goes before it. Not used when <see cref="Sampler"/> is set.
    /// </summary>
    /// <value>1.0</value>
    public double SamplingRate { get; set; } = 1.0;

    /// <summary>Spans that wait to be sent, at most. What comes on top is dropped, counted and logged as <c>queue full</c>.</summary>
    /// <value>2048. Range: 1 to 1,000,000.</value>
    public int MaxQueueSize { get; set; } = TracingDefaults.MaxQueueSize;

    /// <summary>Spans in one request, at most; a request leaves as soon as that many wait.</summary>
    /// <value>512, or <see cref="MaxQueueSize"/> where that is smaller. Range: 1 to <see cref="MaxQueueSize"/>.</value>
    public int MaxExportBatchSize { get; set; }

    /// <summary>The longest time that a span waits for its batch to fill.</summary>
    /// <value>5 seconds. Range: 1 ms to 1 hour.</value>
    public TimeSpan BatchTimeout { get; set; } = TracingDefaults.BatchTimeout;

    /// <summary>The longest time for one request, retries included. After it the batch is lost and logged as <c>export timeout</c>.</summary>
    /// <value>30 seconds. Range: 1 ms to 1 hour.</value>
    public TimeSpan ExportTimeout { get; set; } = TracingDefaults.ExportTimeout;

    /// <summary>Without TLS. Decides only where <see cref="Endpoint"/> names no scheme; false together with <c>http://</c> is a mistake and reported.</summary>
    /// <value>true</value>
    public bool Insecure { get; set; } = true;

    /// <summary>Sends a batch again when the receiver is not there or asks for a later try, with growing pauses, until <see cref="ExportTimeout"/>.</summary>
    /// <value>true</value>
    public bool Retry { get; set; } = true;

    /// <summary>Starting waits until the receiver takes a connection, and fails when none is taken within <see cref="ConnectTimeout"/>.</summary>
    /// <value>false: an application does not depend on its telemetry.</value>
    public bool VerifyConnection { get; set; }

    /// <summary>How long <see cref="VerifyConnection"/> waits, and how long any new connection may take.</summary>
    /// <value>10 seconds. Range: 1 ms to 1 hour.</value>
    public TimeSpan ConnectTimeout { get; set; } = TracingDefaults.ConnectTimeout;

    /// <summary>The tenant, sent as <c>X-Scope-OrgID</c>; empty where the server has no tenants.</summary>
    /// <value>empty</value>
    public string Tenant { get; set; } = "";

    /// <summary>
    /// Activity sources to listen to besides <see cref="ServiceName"/> and those of this package; <c>*</c> matches any text.
    /// A span of a source that is not listed does not exist.
    /// </summary>
    public IList<string> Sources { get; } = [];

    /// <summary>Further headers of every request, such as an <c>Authorization</c>.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Further resource attributes.</summary>
    public IDictionary<string, string> ResourceAttributes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// A sampler in place of <see cref="SamplingRate"/>, such as <see cref="AdaptiveSampler"/> (with which the processor that keeps slow and failed traces is
    /// installed too) or <see cref="HeadBasedSampler"/>.
    /// </summary>
    /// <value>null</value>
    public Sampler? Sampler { get; set; }

    /// <summary>Logs every request, as <see cref="DebugExporter"/> does for other exporters.</summary>
    /// <value>false: only failures and dropped spans are logged.</value>
    public bool LogExports { get; set; }

    /// <summary>Where failures are logged. <c>AddRubatoTracing</c> takes the application's.</summary>
    /// <value>null: nothing is logged; <see cref="RubatoTracing.Statistics"/> counts all the same.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Mistakes that the binding of a configuration found: reported with the others.</summary>
    internal List<string> BindingErrors { get; } = [];

    /// <summary>The clock; tests have another.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Spreads retries, so that many clients do not come back at once.</summary>
    internal Random Random { get; set; } = Random.Shared;

    /// <summary>Takes what a section of a configuration says; durations as <c>5s</c>, <c>500ms</c> or <c>00:00:05</c>. Mistakes in it are reported when tracing starts.</summary>
    /// <returns>This object.</returns>
    public RubatoTracingOptions Bind(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        TracingConfiguration.Bind(section, this);
        return this;
    }

    /// <summary>Takes queue size, delay, timeout and batch size from a preset.</summary>
    /// <returns>This object.</returns>
    public RubatoTracingOptions ApplyBatch(BatchConfig batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        MaxQueueSize = batch.MaxQueueSize;
        BatchTimeout = batch.BatchTimeout;
        ExportTimeout = batch.ExportTimeout;
        MaxExportBatchSize = batch.MaxExportBatchSize;
        return this;
    }
}
