using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Rubato.Server;

/// <summary>
/// Traces of Rubato itself, through the OpenTelemetry SDK: on when the standard environment variables name an endpoint
/// (OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT), off otherwise. Queries are traced; ingest is not,
/// because a Rubato that sends to itself would never stop.
/// </summary>
internal static class SelfTracing
{
    public static IDisposable Start()
    {
        if (Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED") is "true"
            || (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is null && Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") is null))
            return new ActivitySource("rubato.off");
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(r => r.AddService("rubato").AddEnvironmentVariableDetector())
            .AddAspNetCoreInstrumentation(o => o.Filter = http => http.Request.Path.StartsWithSegments("/api"))
            .AddOtlpExporter()
            .Build();
    }
}
