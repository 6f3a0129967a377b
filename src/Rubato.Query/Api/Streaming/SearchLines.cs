using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.Api.Streaming;

/// <summary>
/// The answer of a search as lines of JSON, for browsers and scripts, which gRPC is too much for. A line has the traces that became certain since the one before, so that
/// all lines together are the answer; the last has <c>done</c>, what it took and the receipt. Headers go with the first line, so an error after it is a line too.
/// </summary>
internal sealed class SearchLines(HttpContext http, TimeProvider time, bool padTraceIds, CancellationToken cancellationToken) : ISearchProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private long _last = time.GetTimestamp();
    private int _told;

    public bool IsDue => time.GetElapsedTime(_last) >= Interval;

    public async ValueTask ReportAsync(IReadOnlyList<TraceSearchResult> traces, SearchMetrics metrics, int segmentCount)
    {
        _told += traces.Count;
        await WriteAsync(json => SearchEncoding.WriteLine(json, traces, padTraceIds, metrics, metrics.ScannedSegments, segmentCount));
        _last = time.GetTimestamp();
    }

    public async ValueTask FinishAsync(SearchResult result)
    {
        var (completed, total) = SearchEncoding.Jobs(result.Metrics, result.Problems.Count);
        await WriteAsync(json =>
        {
            SearchEncoding.WriteLine(json, [.. result.Traces.Skip(_told)], padTraceIds, result.Metrics, completed, total);
            ReceiptEncoding.WriteJson(json, result.Receipt);
            json.WriteBoolean("done", true);
        });
    }

    /// <summary>The end of an answer that has begun and cannot be given.</summary>
    public static async Task FailAsync(HttpResponse response, int status, string message)
    {
        var line = new ArrayBufferWriter<byte>();
        Append(line, json =>
        {
            json.WriteStartObject("error");
            json.WriteNumber("status", status);
            json.WriteString("message", message);
            json.WriteEndObject();
        });
        await response.Body.WriteAsync(line.WrittenMemory);
    }

    private async ValueTask WriteAsync(Action<Utf8JsonWriter> members)
    {
        if (!http.Response.HasStarted)
        {
            http.Response.ContentType = Accepted.Lines;
            http.Response.Headers.CacheControl = "no-store";
            // nginx would collect lines otherwise.
            http.Response.Headers["X-Accel-Buffering"] = "no";
        }

        _line.ResetWrittenCount();
        Append(_line, members);
        await http.Response.Body.WriteAsync(_line.WrittenMemory, cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }

    private static void Append(ArrayBufferWriter<byte> line, Action<Utf8JsonWriter> members)
    {
        using (var json = new Utf8JsonWriter(line, ApiJson.Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
    }
}
