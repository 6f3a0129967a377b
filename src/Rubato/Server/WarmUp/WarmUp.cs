namespace Rubato.Server.WarmUp;

/// <summary>
/// Runs what requests will run, over made-up spans in memory, while the server starts: code is compiled when it is first used, and
/// whoever asks first would wait for it (measured: docs/internals/start-up.md). Leaves no trace: no file, no metric, no span.
/// </summary>
internal static partial class WarmUp
{
    /// <summary>More than this no start waits for; what is not warm by then warms up in use.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    /// <summary>Never fails: a server that is cold is still a server.</summary>
    public static async Task RunAsync(TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger("rubato");
        var started = time.GetTimestamp();
        using var budget = new CancellationTokenSource(Budget, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            using var source = new WarmUpSource();
            using var api = source.CreateApi(time, loggers);
            // Once: what is still slow then is files that no cache holds. More rounds, of questions or of decoding, cost CPU and gained nothing.
            var answers = await new WarmUpQuestions(api).AskAllAsync(stop.Token);
            LogDone(logger, answers.Count, time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            LogCut(logger, time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(EventId = 1020, EventName = "WarmUpDone", Level = LogLevel.Information, Message = "warm-up done questions={Questions} milliseconds={Milliseconds:F0}")]
    private static partial void LogDone(ILogger logger, int questions, double milliseconds);

    [LoggerMessage(EventId = 1022, EventName = "WarmUpCut", Level = LogLevel.Information, Message = "warm-up cut short milliseconds={Milliseconds:F0}")]
    private static partial void LogCut(ILogger logger, double milliseconds);

    [LoggerMessage(EventId = 1021, EventName = "WarmUpFailed", Level = LogLevel.Warning, Message = "the warm-up failed; the first requests will be slower, nothing else")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
