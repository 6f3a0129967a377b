// Ten orders through four parts of one program: spans, attributes, events and failures as in the guide.
//   dotnet run --project samples/order-system -- --orders 10 --interval 1 --scale 1
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Rubato.Client;
using Rubato.OrderSystem;

IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
int orders = configuration.GetValue("orders", 10);
double scale = configuration.GetValue("scale", 1.0);
double intervalSeconds = configuration.GetValue("interval", 1.0);
int seed = configuration.GetValue("seed", Random.Shared.Next());

var options = new RubatoTracingOptions { ServiceName = "order-system", Environment = "production" };
options.Sources.Add("api-gateway");
options.Sources.Add("auth-service");
options.Sources.Add("user-service");
options.Sources.Add("payment-service");
using var tracing = RubatoTracing.Start(options.Bind(configuration.GetSection(RubatoTracingOptions.SectionName)));

List<ActivitySource> sources = [];
var gateway = new ApiGateway(new OrderWorld(new Random(seed), TimeProvider.System, scale), name =>
{
    sources.Add(new ActivitySource(name, "1.0.0"));
    return new OrderPart(sources[^1], remote: false);
});

for (int i = 0; i < orders; i++)
{
    OrderResult result = await gateway.CreateOrderAsync(OrderRequest.Number(i), CancellationToken.None);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"order {i + 1} {(result.Error is null ? "done" : "failed: " + result.Error)} (trace {result.TraceId})"));
    if (i + 1 < orders)
    {
        await Task.Delay(TimeSpan.FromSeconds(intervalSeconds * scale));
    }
}

bool sent = tracing.ForceFlush();
sources.ForEach(source => source.Dispose());
Console.WriteLine(sent
    ? $"{tracing.Statistics.Exported} spans are at {tracing.Endpoint}"
    : $"not all spans reached {tracing.Endpoint}: {tracing.Statistics}");
return sent ? 0 : 1;
