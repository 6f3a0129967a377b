// The same spans to the receivers of Jaeger and Zipkin: for programs that speak nothing else yet.
//   dotnet run --project samples/jaeger-and-zipkin-senders            (-- --only zipkin sends one of the two)
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Samples.JaegerAndZipkinSenders;

IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
var jaeger = new Uri(configuration["jaeger"] ?? "http://localhost:14268/api/traces");
var zipkin = new Uri(configuration["zipkin"] ?? "http://localhost:9411/api/v2/spans");

using var source = new ActivitySource("legacy-sender");
bool sent = Send("jaeger-sender", builder => builder.AddProcessor(new SimpleActivityExportProcessor(new JaegerThriftExporter(jaeger))));


// Obsolete, as Zipkin's format is for new programs; old ones still send it.
#pragma warning disable CS0618
sent &= Send("zipkin-sender", builder => builder.AddZipkinExporter(options => options.Endpoint = zipkin));
#pragma warning restore CS0618
return sent ? 0 : 1;

bool Send(string service, Action<TracerProviderBuilder> addExporter)
{
    if (configuration["only"] is { } only && !service.StartsWith(only, StringComparison.Ordinal))
    {
        return true;
    }

    TracerProviderBuilder builder = Sdk.CreateTracerProviderBuilder()
        .AddSource(source.Name)
        .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(service, autoGenerateServiceInstanceId: false));
    addExporter(builder);
    using TracerProvider provider = builder.Build();
    ActivityTraceId trace;
    using (Activity? root = source.StartActivity("GET /checkout", ActivityKind.Server))
    using (Activity? child = source.StartActivity("SELECT orders", ActivityKind.Client))
    {
        trace = child!.TraceId;
        child.SetTag("db.system", "postgresql");
        child.SetTag("db.rows", 3L);
        root!.SetTag("http.status_code", 200L);
    }

    bool flushed = provider.ForceFlush(10_000);
    Console.WriteLine($"{service}: trace {trace.ToHexString()} {(flushed ? "sent" : "NOT sent")}");
    return flushed;
}
