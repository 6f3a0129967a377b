using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rubato.OrderSystem;

namespace Rubato.Demo;

/// <summary>One simulated service: a part of the order system with a resource of its own and the real OpenTelemetry SDK behind it.</summary>
internal sealed class DemoService : IDisposable
{
    private const int FlushTimeoutMillis = 5_000;

    private readonly ActivitySource _source;
    private readonly TracerProvider _provider;

    public DemoService(string name, DemoOptions options)
    {
        _source = new ActivitySource(name, "1.0.0");
        Part = new OrderPart(_source, remote: true);
        _provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(name)
            .SetSampler(new AlwaysOnSampler())
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddTelemetrySdk()
                .AddService(name, serviceNamespace: "order-system", serviceVersion: "1.0.0", autoGenerateServiceInstanceId: false, serviceInstanceId: $"{name}-1")
                .AddAttributes([new("deployment.environment", "production")]))
            .AddOtlpExporter(exporter =>
            {
                exporter.Endpoint = options.Endpoint;
                exporter.Protocol = options.Handler is null ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                if (options.Handler is { } handler) exporter.HttpClientFactory = () => new HttpClient(handler, disposeHandler: false);

                // Someone watches the demo: spans leave twice a second rather than every five (the SDK's default).
                exporter.BatchExportProcessorOptions = new BatchExportProcessorOptions<Activity> { ScheduledDelayMilliseconds = 500 };
            })
            .Build();
    }

    public OrderPart Part { get; }

    public void Flush() => _provider.ForceFlush(FlushTimeoutMillis);

    public void Dispose()
    {
        _provider.Dispose();
        _source.Dispose();
    }
}
