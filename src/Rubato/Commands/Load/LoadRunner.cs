using System.Diagnostics;
using Rubato.Commands.Load.Encodings;

namespace Rubato.Commands.Load;

/// <summary>
/// Sends a <see cref="LoadShape"/> over several connections, each with one request in flight: takes the next request number, waits until
/// it is due, writes it into its own buffers, sends its messages one after the other until each is acknowledged or refused for good.
/// </summary>
internal sealed class LoadRunner(LoadOptions options, TimeProvider time)
{
    // Spans' own time at full speed: faster than this machine class sends, so that no span lies in the future.
    private const double FullSpeedSpansPerSecond = 250_000;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    private readonly LoadShape _shape = CreateShape(options);
    private readonly LoadStatistics _statistics = new();
    private long _requests;
    private long _next;
    private long _began;
    private string? _stopped;

    public static LoadShape CreateShape(LoadOptions options) =>
        new(options.Seed, options.StartUnixNano, options.Rate > 0 ? options.Rate : FullSpeedSpansPerSecond);

    public long AcknowledgedSpans => _statistics.AcknowledgedSpans;

    /// <summary>What will be sent: the asked number of spans, rounded up to whole requests.</summary>
    public long PlannedSpans => _shape.Request(_shape.RequestsFor(options.Spans)).FirstSpan;

    public async Task<LoadResult> RunAsync(CancellationToken cancel)
    {
        _requests = _shape.RequestsFor(options.Spans);
        using AckFile? acks = options.AckFile is null ? null : new AckFile(options.AckFile);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        LoadSender[] senders = [.. Enumerable.Range(0, options.Connections).Select(_ => new LoadSender(options))];
        try
        {
            TimeSpan cpuBefore = Cpu();
            _began = time.GetTimestamp();
            await Task.WhenAll(senders.Select(sender => Task.Run(() => ConnectionAsync(sender, acks, stop), CancellationToken.None)));
            TimeSpan elapsed = time.GetElapsedTime(_began);
            _stopped ??= cancel.IsCancellationRequested ? "interrupted" : null;
            return _statistics.Result(options, elapsed, Cpu() - cpuBefore, senders.Sum(sender => sender.BytesSent), _stopped);
        }
        finally
        {
            Array.ForEach(senders, sender => sender.Dispose());
        }
    }

    private async Task ConnectionAsync(LoadSender sender, AckFile? acks, CancellationTokenSource stop)
    {
        var writer = new LoadWriter(_shape, options.Protocol, options.SplitResources);
        try
        {
            for (long number; (number = Interlocked.Increment(ref _next) - 1) < _requests;)
            {
                LoadRequest request = _shape.Request(number);
                await DueAsync(request, stop.Token);
                LoadMessages messages = writer.Write(request);
                bool complete = true;
                for (int i = 0; i < messages.Count; i++)
                {
                    complete &= await SendAsync(sender, messages[i].Buffer, messages[i].Spans, stop);
                }

                if (complete)
                {
                    acks?.Add(request);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Interrupted, or another connection found that the server is gone: what was acknowledged until now is the result.
        }
    }

    /// <summary>True when all of the message's spans are acknowledged.</summary>
    private async Task<bool> SendAsync(LoadSender sender, Memory<byte> message, int spans, CancellationTokenSource stop)
    {
        long sent = time.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            SendOutcome outcome = await sender.SendAsync(message, stop.Token);
            if (outcome.Status == SendStatus.Accepted)
            {
                _statistics.Acknowledge(spans - outcome.RejectedSpans, time.GetElapsedTime(sent));
                if (outcome.RejectedSpans == 0)
                {
                    return true;
                }

                // Which spans were kept is not known, so that the request gets no line in the file of acknowledged ones.
                _statistics.Refuse(outcome.Reason, outcome.RejectedSpans);
                return false;
            }

            if (outcome.Status == SendStatus.Refused || attempt >= options.Retries)
            {
                _statistics.Refuse(outcome.Reason, spans);
                if (outcome.Status == SendStatus.Unreachable)
                {
                    _stopped ??= $"{options.Target} does not answer: {outcome.Reason}";
                    await stop.CancelAsync();
                }

                return false;
            }

            _statistics.Retry(outcome.Reason);
            await Task.Delay(outcome.RetryAfter ?? Backoff(attempt), time, stop.Token);
        }
    }

    private static TimeSpan Backoff(int attempt) =>
        TimeSpan.FromTicks(Math.Min(LongestBackoff.Ticks, FirstBackoff.Ticks << Math.Min(attempt, 20)));

    private Task DueAsync(LoadRequest request, CancellationToken cancel)
    {
        TimeSpan wait = options.Rate > 0 ? TimeSpan.FromSeconds(request.FirstSpan / options.Rate) - time.GetElapsedTime(_began) : TimeSpan.Zero;
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancel) : Task.CompletedTask;
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
