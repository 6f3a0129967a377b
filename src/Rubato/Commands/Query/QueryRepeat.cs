using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Rubato.Commands.Query;

/// <summary>Asks the same question again and again over one warm connection and reports how long the answers took, HTTP and body included.</summary>
internal static class QueryRepeat
{
    private const int WarmUps = 3;

    public static async Task<int> RunAsync(
        TempoClient client, TempoRequest request, QueryOptions options, TextWriter output, TimeProvider time, CancellationToken cancel)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            (HttpStatusCode status, byte[] body) = await client.GetAsync(request, cancel);

            // A trace that is not there is an answer too (its latency is one of the benchmark's rows); any other failure is none.
            if (status != HttpStatusCode.OK && status != HttpStatusCode.NotFound)
            {
                throw new QueryFailedException(QueryErrors.Describe(request, (int)status, System.Text.Encoding.UTF8.GetString(body)));
            }
        }

        var latencies = new LatencyHistogram();
        var statuses = new SortedDictionary<int, int>();
        long bytes = 0;
        for (int i = 0; i < options.Repeat; i++)
        {
            long began = time.GetTimestamp();
            (HttpStatusCode status, byte[] body) = await client.GetAsync(request, cancel);
            latencies.Add(time.GetElapsedTime(began));
            statuses[(int)status] = statuses.GetValueOrDefault((int)status) + 1;
            bytes = body.Length;
        }

        var millis = new LatencySummary(latencies);
        if (options.Json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(
                new { request = request.PathAndQuery(), count = latencies.Count, statuses, lastAnswerBytes = bytes, latencyMillis = millis }, CommandJson.Options));
        }
        else
        {
            string counts = string.Join(", ", statuses.Select(s => $"{s.Value} x HTTP {s.Key}"));
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{counts}: p50 {millis.P50:F2} ms, p90 {millis.P90:F2} ms, p99 {millis.P99:F2} ms, max {millis.Max:F2} ms; {bytes:N0} bytes an answer"));
        }

        return statuses.Keys.All(status => status is 200 or 404) ? ExitCodes.Success : ExitCodes.Failure;
    }
}
