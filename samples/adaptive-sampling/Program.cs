// One ordinary trace in a hundred, every failed one, half of the slow ones: also of those that nobody could know to be slow when they began.
//   dotnet run --project samples/adaptive-sampling -- --requests 1000
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Rubato.Client;

IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
int requests = configuration.GetValue("requests", 1000);
double scale = configuration.GetValue("scale", 0.1);

var sampler = new AdaptiveSampler(baseRate: 0.01, errorRate: 1.0, slowRate: 0.5, slowThreshold: TimeSpan.FromSeconds(1) * scale);
using var tracing = RubatoTracing.Start(new RubatoTracingOptions { ServiceName = "adaptive-service", Sampler = sampler }
    .Bind(configuration.GetSection(RubatoTracingOptions.SectionName)));
using var source = new ActivitySource("adaptive-service");

// In ten requests: eight quick, one that fails, one that takes 1.2 s (times the scale).
await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (i, cancel) =>
{
    using Activity? span = source.StartActivity("HandleRequest", ActivityKind.Server);
    span?.SetTag("request.kind", (i % 10) switch { 8 => "failed", 9 => "slow", _ => "quick" });
    using (Activity? inner = source.StartActivity("Work"))
    {
        await Task.Delay(TimeSpan.FromMilliseconds(i % 10 == 9 ? 1200 * scale : 1), cancel);
        if (i % 10 == 8)
        {
            inner.RecordError(new InvalidOperationException("no such thing"));
            span?.SetStatus(ActivityStatusCode.Error, "failed");
        }
    }
});

bool sent = tracing.ForceFlush();
Console.WriteLine($"{sampler.Description}: {requests} traces of 2 spans, {tracing.Statistics.Exported} spans sent");
return sent ? 0 : 1;
