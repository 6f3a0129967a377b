// A histogram and a counter whose values name the trace behind them.
//   dotnet run --project samples/metrics-exemplars
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Rubato.Client;
using Samples.MetricsExemplars;

IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
int requests = configuration.GetValue("requests", 5);
double scale = configuration.GetValue("scale", 1.0);

using var tracing = RubatoTracing.Start(new RubatoTracingOptions { ServiceName = "metrics-service" }.Bind(configuration.GetSection(RubatoTracingOptions.SectionName)));
using var meters = Sdk.CreateMeterProviderBuilder()
    .AddMeter(RequestMetrics.MeterName)
    .SetExemplarFilter(ExemplarFilterType.TraceBased)
    .AddReader(new BaseExportingMetricReader(new ExemplarPrinter(Console.Out)))
    .Build();
using var metrics = new RequestMetrics();
using var source = new ActivitySource("metrics-service");

for (int i = 0; i < requests; i++)
{
    var clock = Stopwatch.StartNew();
    using Activity? span = source.StartActivity("HandleRequest", ActivityKind.Server);
    await Task.Delay(TimeSpan.FromMilliseconds(100 * scale));
    metrics.RecordRequest(clock.Elapsed, 200, "GET");
}

meters.ForceFlush();
return tracing.ForceFlush() ? 0 : 1;
