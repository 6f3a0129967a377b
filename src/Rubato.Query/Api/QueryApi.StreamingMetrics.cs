using System.Globalization;
using Grpc.Core;
using Rubato.Query.Api.Streaming;
using Messages = Rubato.Query.Api.Streaming.Messages;

namespace Rubato.Query.Api;

/// <summary>Metrics over gRPC (spec/grpc-api.md 2.3 and 3).</summary>
public sealed partial class QueryApi
{
    internal Task StreamMetricsRangeAsync(Messages.QueryRangeRequest message, IServerStreamWriter<byte[]> stream, ServerCallContext grpc)
    {
        var parameters = Parameters(
            ("q", message.Query), ("start", Moment(message.Start)), ("end", Moment(message.End)), ("step", message.Step == 0 ? "" : Step(message.Step)),
            ("exemplars", Number(message.Exemplars)), ("maxSeries", Number(message.MaxSeries)));
        return StreamAsync(grpc, "metrics", parameters, stream, async (call, packets) =>
        {
            var progress = new MetricsStream(packets, _time, isInstant: false);
            var result = await RunMetricsAsync(call, RangeRequestOf(call) with { Progress = progress });
            call.Note(result.Receipt);
            await progress.FinishAsync(result);
        });
    }

    internal Task StreamMetricsInstantAsync(Messages.QueryInstantRequest message, IServerStreamWriter<byte[]> stream, ServerCallContext grpc)
    {
        var parameters = Parameters(("q", message.Query), ("start", Moment(message.Start)), ("end", Moment(message.End)));
        return StreamAsync(grpc, "metrics", parameters, stream, async (call, packets) =>
        {
            var progress = new MetricsStream(packets, _time, isInstant: true);
            // Unlike over HTTP, the end is used as it was sent.
            var result = await RunMetricsAsync(call, InstantRequestOf(call, cutoff: TimeSpan.Zero) with { Progress = progress });
            call.Note(result.Receipt);
            await progress.FinishAsync(result);
        });
    }

    /// <summary>Nanoseconds; zeros in front, or a small number would be read as seconds.</summary>
    private static string Moment(ulong unixNano) => unixNano == 0 ? "" : unixNano.ToString("D20", CultureInfo.InvariantCulture);

    private static string Step(ulong nanos) => nanos.ToString(CultureInfo.InvariantCulture) + "ns";
}
