using Rubato.Model.Otlp;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.Api.Streaming;

/// <summary>
/// Sends traces of a running search, at most every half second, and only those that are certain: Grafana keeps the first copy of a
/// trace that it gets (spec/grpc-api.md 5).
/// </summary>
internal sealed class SearchStream(PacketStream packets, TimeProvider time, bool padTraceIds) : ISearchProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private long _last = time.GetTimestamp();

    public bool IsDue => time.GetElapsedTime(_last) >= Interval;

    public async ValueTask ReportAsync(IReadOnlyList<TraceSearchResult> traces, SearchMetrics metrics, int segmentCount)
    {
        await SendAsync(traces, metrics, metrics.ScannedSegments, segmentCount);
        _last = time.GetTimestamp();
    }

    /// <summary>The whole answer, also what was sent before.</summary>
    public ValueTask FinishAsync(SearchResult result)
    {
        var (completed, total) = SearchEncoding.Jobs(result.Metrics, result.Problems.Count);
        return SendAsync(result.Traces, result.Metrics, completed, total);
    }

    private async ValueTask SendAsync(IReadOnlyList<TraceSearchResult> traces, SearchMetrics metrics, int completedJobs, int totalJobs)
    {
        void Metrics(ProtoWriter writer) => writer.Message(2, w => SearchEncoding.WriteMetrics(w, metrics, completedJobs, totalJobs));
        foreach (var trace in traces) await packets.AddAsync(w => SearchEncoding.WriteTrace(w, trace, padTraceIds), Metrics);
        await packets.EndAsync(Metrics);
    }
}
