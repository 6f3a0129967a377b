using System.Diagnostics;
using OpenTelemetry;

namespace Rubato.Client;

/// <summary>
/// The SDK's batch processor with a count of its own. The SDK drops silently what finds its queue full; here that is counted and logged. A span counts as
/// waiting until its request has ended, so the SDK's queue, which forgets it earlier, is never full.
/// </summary>
internal sealed class ExportQueue : BatchActivityExportProcessor
{
    private readonly int _most;
    private readonly OtlpChannel _channel;
    private readonly ExportTracker _tracker;
    private int _waiting;

    public ExportQueue(BaseExporter<Activity> exporter, TracingSettings settings, OtlpChannel channel, ExportTracker tracker)
        : base(exporter, settings.MaxQueueSize, (int)settings.BatchTimeout.TotalMilliseconds, (int)settings.ExportTimeout.TotalMilliseconds, settings.MaxExportBatchSize)
    {
        _most = settings.MaxQueueSize;
        _channel = channel;
        _tracker = tracker;
    }

    /// <summary>The exporter has dealt with so many spans.</summary>
    public void Release(long spans) => Interlocked.Add(ref _waiting, -(int)spans);

    /// <inheritdoc/>
    protected override void OnExport(Activity data)
    {
        if (Interlocked.Increment(ref _waiting) > _most)
        {
            Interlocked.Decrement(ref _waiting);
            _tracker.Dropped();
            return;
        }

        base.OnExport(data);
    }

    /// <inheritdoc/>
    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        // Whoever ends now does not wait for a receiver that is away: each batch gets one try.
        _channel.StopRetrying();
        bool done = base.OnShutdown(timeoutMilliseconds);
        _tracker.LogRemainingDrops();
        return done;
    }
}
