using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Rubato.Client;

/// <summary>
/// From an ended span to the socket:
/// <code>
///   Activity ─► sampler ─► [TailKeepProcessor] ─► ExportQueue ─► OtlpExporter ─► OtlpChannel
///                            only with an          batches, counts   OTLP's bytes   retries, reasons,
///                            AdaptiveSampler       what it drops                    connections
/// </code>
/// Owned by the tracer provider that it is added to; disposed with it.
/// </summary>
internal sealed class TracingPipeline
{
    private readonly RubatoTracingOptions _options;

    public TracingPipeline(RubatoTracingOptions options, ILoggerFactory? loggers = null)
    {
        _options = options;
        Settings = TracingSettings.Parse(options);
        ILogger logger = (loggers ?? options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Rubato.Client.Tracing");
        Tracker = new ExportTracker(Settings, logger, options.Time, options.LogExports);
    }

    public TracingSettings Settings { get; }

    public ExportTracker Tracker { get; }

    public void AddTo(TracerProviderBuilder builder)
    {
        // The SDK's default, said aloud: other parts of the process may have set another one (the guide's S59).
        Sdk.SetDefaultTextMapPropagator(new CompositeTextMapPropagator([new TraceContextPropagator(), new BaggagePropagator()]));

        builder.AddSource(Settings.ServiceName).AddSource("Rubato.Client*");
        foreach (string source in _options.Sources)
        {
            builder.AddSource(source);
        }

        builder.SetResourceBuilder(Resource()).SetSampler(Sampler());

        var channel = new OtlpChannel(Settings, _options);
        var exporter = new OtlpExporter(channel, Tracker, _options.Time);
        var queue = new ExportQueue(exporter, Settings, channel, Tracker);
        exporter.Queue = queue;
        if (_options.Sampler is AdaptiveSampler adaptive)
        {
            builder.AddProcessor(new TailKeepProcessor(adaptive, queue, _options.Time));
        }

        builder.AddProcessor(queue);
    }

    internal Sampler Sampler() => _options.Sampler ?? _options.SamplingRate switch
    {
        >= 1 => new ParentBasedSampler(new AlwaysOnSampler()),
        <= 0 => new AlwaysOffSampler(),
        double rate => new ParentBasedSampler(new TraceIdRatioBasedSampler(rate)),
    };

    internal ResourceBuilder Resource()
    {
        ResourceBuilder resource = ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService(Settings.ServiceName, serviceVersion: Settings.ServiceVersion, autoGenerateServiceInstanceId: false)
            .AddAttributes([new("deployment.environment", Settings.Environment)]);
        return _options.ResourceAttributes.Count == 0
            ? resource
            : resource.AddAttributes(_options.ResourceAttributes.Select(static pair => KeyValuePair.Create(pair.Key, (object)pair.Value)));
    }
}
