using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Rubato.Client;

/// <summary>
/// OpenTelemetry's OTLP/gRPC exporter over a channel of ours, with the outcome of each request counted. A subclass, not a wrapper: the exporter takes the
/// resource from the provider that it is attached to.
/// </summary>
internal sealed class OtlpExporter : OtlpTraceExporter
{
    private readonly OtlpChannel _channel;
    private readonly ExportTracker _tracker;
    private readonly TimeProvider _time;

    public OtlpExporter(OtlpChannel channel, ExportTracker tracker, TimeProvider time)
        : base(channel.ExporterOptions())
    {
        _channel = channel;
        _tracker = tracker;
        _time = time;
    }

    public ExportQueue? Queue { get; set; }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        long spans = activityBatch.Count;
        long began = _time.GetTimestamp();
        _channel.LastFailure = null;
        ExportResult result = ExportResult.Failure;
        try
        {
            result = base.Export(activityBatch);
            return result;
        }
        finally
        {
            TimeSpan duration = _time.GetElapsedTime(began);

            // Called for one batch at a time: the SDK's worker is the only caller.
            if (result == ExportResult.Success)
            {
                _tracker.Exported(spans, duration);
                if (_channel.TakeRefused() is { } refused)
                {
                    _tracker.Refused(refused.Spans, refused.Message);
                }
            }
            else
            {
                _tracker.Failed(spans, duration, _channel.LastFailure ??= "the exporter gave no reason");
            }

            Queue?.Release(spans);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _channel.Dispose();
        }
    }
}
