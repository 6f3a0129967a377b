// Slow failed traces, then each of them in full, then who calls whom.
//   dotnet run --project samples/traceql-console -- --address http://localhost:3200 --slower-than-ms 1000
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Rubato.Client;

IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
using var client = new RubatoClient(configuration["address"] ?? "http://localhost:3200");
TimeSpan slow = TimeSpan.FromMilliseconds(configuration.GetValue("slower-than-ms", 1000.0));

// A value goes into its place, never into the text.
string query = configuration["query"] ?? TraceQL.Query($"{{ duration > {slow} && status = error }}");
Console.WriteLine(query);
SearchResult found = await client.SearchAsync(query);
foreach (TraceSummary trace in found.Traces)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"TraceID: {trace.TraceId}, Duration: {trace.DurationMs}ms, Service: {trace.RootServiceName}"));
}

foreach (TraceSummary summary in found.Traces)
{
    if (await client.GetTraceAsync(summary.TraceId) is not { } trace)
    {
        Console.WriteLine($"trace {summary.TraceId} not found");
        continue;
    }

    Console.WriteLine();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trace.TraceId}: {trace.Spans.Count} spans in {trace.Duration.TotalMilliseconds:F1} ms"));
    foreach (TraceSpan root in trace.Roots)
    {
        Print(trace, root, indent: 1);
    }
}

Console.WriteLine();
try
{
    (await client.GetServiceGraphAsync()).Print(Console.Out);
}
catch (RubatoClientException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
{
    Console.WriteLine("this server has no service graph");
}

static void Print(TraceData trace, TraceSpan span, int indent)
{
    string failure = span.Status == SpanStatus.Error ? $"  ERROR {span.StatusMessage}" : "";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new string(' ', indent * 2)}{span.Name} [{span.ServiceName}] {span.Duration.TotalMilliseconds:F1} ms{failure}"));
    foreach (TraceSpan child in trace.ChildrenOf(span))
    {
        Print(trace, child, indent + 1);
    }
}
