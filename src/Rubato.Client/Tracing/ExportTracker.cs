using Microsoft.Extensions.Logging;

namespace Rubato.Client;

/// <summary>Counts what becomes of spans, and says what is lost. Called from any thread.</summary>
internal sealed partial class ExportTracker(TracingSettings settings, ILogger logger, TimeProvider time, bool logExports)
{
    // A full queue drops with every span: one line in this time says how many.
    private static readonly TimeSpan DropLogPause = TimeSpan.FromSeconds(10);

    private readonly Lock _dropLog = new();
    private long _exported;
    private long _failed;
    private long _dropped;
    private long _refused;
    private long _droppedLogged;
    private long _dropLoggedAt;
    private volatile string? _lastFailure;

    public ExportStatistics Statistics =>
        new(Interlocked.Read(ref _exported), Interlocked.Read(ref _failed), Interlocked.Read(ref _dropped), Interlocked.Read(ref _refused), _lastFailure);

    public void Exported(long spans, TimeSpan duration)
    {
        Interlocked.Add(ref _exported, spans);
        if (logExports)
        {
            Log.Exported(logger, spans, duration.TotalMilliseconds);
        }
    }

    public void Failed(long spans, TimeSpan duration, string reason)
    {
        Interlocked.Add(ref _failed, spans);
        _lastFailure = reason;
        Log.ExportFailed(logger, spans, duration.TotalMilliseconds, reason, settings.Endpoint);
    }

    public void Refused(long spans, string message)
    {
        Interlocked.Add(ref _exported, -spans);
        Interlocked.Add(ref _refused, spans);
        Log.SpansRefused(logger, spans, message);
    }

    public void Dropped()
    {
        long dropped = Interlocked.Increment(ref _dropped);
        lock (_dropLog)
        {
            if (_droppedLogged > 0 && time.GetElapsedTime(_dropLoggedAt) < DropLogPause)
            {
                return;
            }

            Log.QueueFull(logger, dropped - _droppedLogged, settings.MaxQueueSize);
            _droppedLogged = dropped;
            _dropLoggedAt = time.GetTimestamp();
        }
    }

    /// <summary>The rest of what <see cref="Dropped"/> counted without a line.</summary>
    public void LogRemainingDrops()
    {
        lock (_dropLog)
        {
            long dropped = Interlocked.Read(ref _dropped);
            if (dropped > _droppedLogged)
            {
                Log.QueueFull(logger, dropped - _droppedLogged, settings.MaxQueueSize);
                _droppedLogged = dropped;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Information, "Successfully exported {Spans} spans in {DurationMs:F1} ms", EventName = "Exported")]
        public static partial void Exported(ILogger logger, long spans, double durationMs);

        [LoggerMessage(1, LogLevel.Error, "queue full: {Spans} spans dropped; raise MaxQueueSize ({MaxQueueSize}), or sample fewer traces", EventName = "QueueFull")]
        public static partial void QueueFull(ILogger logger, long spans, int maxQueueSize);

        [LoggerMessage(2, LogLevel.Error, "Failed to export {Spans} spans in {DurationMs:F1} ms to {Endpoint}: {Reason}", EventName = "ExportFailed")]
        public static partial void ExportFailed(ILogger logger, long spans, double durationMs, string reason, Uri endpoint);

        [LoggerMessage(3, LogLevel.Warning, "the receiver refused {Spans} spans: {Reason}", EventName = "SpansRefused")]
        public static partial void SpansRefused(ILogger logger, long spans, string reason);
    }
}
