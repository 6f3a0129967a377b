using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Rubato.Demo;

/// <summary>
/// One simulated service: a resource of its own with the real OpenTelemetry SDK behind it, and the latencies and failures that its parts share.
/// Calls between services carry W3C trace context, as they would over a network.
/// </summary>
internal sealed class DemoService : IDisposable
{
    private const int FlushTimeoutMillis = 5_000;

    // Not the process's global propagator: the host may have chosen another one for its own telemetry.
    private static readonly TraceContextPropagator Propagator = new();

    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly ActivitySource _source;
    private readonly TracerProvider _provider;

    public DemoService(string name, DemoOptions options, Random random, TimeProvider time)
    {
        _random = random;
        _time = time;
        _source = new ActivitySource(name, "1.0.0");
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
                exporter.Protocol = OtlpExportProtocol.Grpc;

                // Someone watches the demo: spans leave twice a second rather than every five (the SDK's default).
                exporter.BatchExportProcessorOptions = new BatchExportProcessorOptions<Activity> { ScheduledDelayMilliseconds = 500 };
            })
            .Build();
    }

    /// <summary>Starts a span under the caller's context; the root when there is none.</summary>
    public Activity? Receive(string name, ActivityKind kind, IReadOnlyDictionary<string, string>? headers)
    {
        PropagationContext caller = headers is null
            ? default
            : Propagator.Extract(default, headers, static (carrier, key) => carrier.TryGetValue(key, out string? value) ? [value] : []);

        // Without a caller StartActivity would take whatever the host is doing as the parent.
        Activity.Current = null;
        return _source.StartActivity(name, kind, caller.ActivityContext);
    }

    /// <summary>Starts a span under this service's current one.</summary>
    public Activity? Start(string name, ActivityKind kind) => _source.StartActivity(name, kind);

    /// <summary>The headers that a call made within <paramref name="activity"/> carries.</summary>
    public static Dictionary<string, string> Headers(Activity? activity)
    {
        Dictionary<string, string> headers = [];
        Propagator.Inject(new PropagationContext(activity?.Context ?? default, default), headers, static (carrier, key, value) => carrier[key] = value);
        return headers;
    }

    /// <summary>Ends a span as failed, with the error as an exception event; returns the error.</summary>
    public static string Fail(Activity? activity, string error, string? description = null)
    {
        activity?.AddException(new DemoFailureException(error));
        activity?.SetStatus(ActivityStatusCode.Error, description ?? error);
        return error;
    }

    public Task WorkAsync(int fromMillis, int untilMillis, CancellationToken cancel) =>
        Task.Delay(TimeSpan.FromMilliseconds(fromMillis + (_random.NextDouble() * (untilMillis - fromMillis))), _time, cancel);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public long UnixSeconds() => _time.GetUtcNow().ToUnixTimeSeconds();

    public void Flush() => _provider.ForceFlush(FlushTimeoutMillis);

    public void Dispose()
    {
        _provider.Dispose();
        _source.Dispose();
    }
}
