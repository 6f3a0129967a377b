using Rubato.Model.Otlp;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;

namespace Rubato.Query.Api.Streaming;

/// <summary>
/// Sends samples of a running metrics query, at most every half second, and only those that are certain: Grafana keeps the first sample that it
/// gets for a moment (spec/grpc-api.md 5). An instant query has one sample, certain at the end: before it, messages tell of progress alone.
/// </summary>
internal sealed class MetricsStream(PacketStream packets, TimeProvider time, bool isInstant) : IMetricsProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private long _last = time.GetTimestamp();

    public bool IsDue => time.GetElapsedTime(_last) >= Interval;

    public async ValueTask ReportAsync(CertainIntervals? certain, SearchMetrics metrics, int segmentCount)
    {
        void Metrics(ProtoWriter writer) => writer.Message(2, w => SearchEncoding.WriteMetrics(w, metrics, metrics.ScannedSegments, segmentCount));
        if (certain is not null && !isInstant)
        {
            foreach (var series in certain.Series)
            {
                if (Array.FindIndex(series.Values, certain.First, certain.End - certain.First, v => !double.IsNaN(v)) < 0) continue;
                await packets.AddAsync(w => MetricsEncoding.WriteRange(w, series with { Exemplars = [] }, certain.Buckets, certain.First, certain.End), Metrics);
            }
        }

        await packets.EndAsync(Metrics);
        _last = time.GetTimestamp();
    }

    /// <summary>The whole answer, also what was sent before.</summary>
    public async ValueTask FinishAsync(MetricsResult result)
    {
        var (completed, total) = SearchEncoding.Jobs(result.Metrics, result.Problems.Count);
        void Metrics(ProtoWriter writer) => writer.Message(2, w => SearchEncoding.WriteMetrics(w, result.Metrics, completed, total));
        foreach (var series in result.Series)
        {
            if (isInstant) await packets.AddAsync(w => MetricsEncoding.WriteInstant(w, series), Metrics);
            else await packets.AddAsync(w => MetricsEncoding.WriteRange(w, series, result.Buckets, 0, result.Buckets.Count), Metrics);
        }

        await packets.EndAsync(writer =>
        {
            Metrics(writer);
            MetricsEncoding.WriteStatus(writer, result.Message);
        });
    }
}
