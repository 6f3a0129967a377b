using Microsoft.Extensions.Logging;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Sends one tenant's log to one endpoint: collections one after the other, so that samples of a series arrive in the order of time; the bodies of one collection, which share no
/// series, side by side. More side by side the longer the backlog (<c>min_shards</c> to <c>max_shards</c>).
/// </summary>
internal sealed partial class RemoteWriter(
    string tenant, string endpoint, RemoteWriteOptions options, RemoteWriteLog log, RemoteWriteClient client, bool addTenantHeader,
    Func<IReadOnlyDictionary<string, string>> headers, TimeProvider time, ILogger logger)
{
    private readonly WriteRequestRelabeler? _relabeler = options.WriteRelabel.Count > 0 ? new(options.WriteRelabel) : null;
    private volatile bool _failing;

    /// <summary>The last try failed: waiting for the endpoint is in vain for now.</summary>
    public bool IsFailing => _failing;

    public bool HasPending => log.Pending(endpoint).Collections > 0;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (log.Next(endpoint, out var added) is { } next)
                {
                    await SendAsync(next, cancellationToken);
                    log.MarkSent(endpoint, next);
                }
                else
                {
                    await added.WaitAsync(cancellationToken);
                }

                GeneratorMetrics.SamplesPending.WithLabels(tenant, options.Display).Set(log.Pending(endpoint).Samples);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _failing = true;
                LogLoopFailed(logger, e, tenant, options.Display);
                await Task.Delay(options.MaxBackoff, time, CancellationToken.None);
            }
        }
    }

    private async Task SendAsync(long number, CancellationToken cancellationToken)
    {
        var (timeMs, batches) = log.Read(number);
        if (options.SampleAgeLimit > TimeSpan.Zero && time.GetUtcNow().ToUnixTimeMilliseconds() - timeMs > options.SampleAgeLimit.TotalMilliseconds)
        {
            GeneratorMetrics.SamplesDropped.WithLabels(tenant, options.Display).Inc(batches.Sum(b => b.Samples));
            return;
        }

        var shards = Math.Clamp(log.Pending(endpoint).Collections - 1, options.MinShards, Math.Max(options.MinShards, options.MaxShards));
        GeneratorMetrics.Shards.WithLabels(tenant, options.Display).Set(shards);
        await Parallel.ForEachAsync(
            batches, new ParallelOptions { MaxDegreeOfParallelism = shards, CancellationToken = cancellationToken }, async (batch, stop) => await SendAsync(batch, stop));
    }

    private async Task SendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        var (body, samples) = (batch.Body, batch.Samples);
        if (_relabeler is not null)
        {
            var (relabeled, dropped) = _relabeler.Apply(body);
            if (dropped > 0) GeneratorMetrics.SamplesDropped.WithLabels(tenant, options.Display).Inc(dropped);
            if (relabeled is null) return;
            (body, samples) = (relabeled, samples - dropped);
        }

        var backoff = options.MinBackoff;
        for (var attempt = 0; ; attempt++)
        {
            var (result, wait) = await client.SendAsync(body, addTenantHeader ? tenant : null, headers(), attempt, cancellationToken);
            _failing = result == SendResult.Later;
            switch (result)
            {
                case SendResult.Taken:
                    GeneratorMetrics.Samples.WithLabels(tenant, options.Display).Inc(samples);
                    return;
                case SendResult.Refused:
                    GeneratorMetrics.SamplesFailed.WithLabels(tenant, options.Display).Inc(samples);
                    return;
            }

            GeneratorMetrics.SamplesRetried.WithLabels(tenant, options.Display).Inc(samples);
            // An endpoint that asks for hours gets ten minutes: the log keeps everything meanwhile.
            await Task.Delay(wait > backoff ? TimeSpan.FromSeconds(Math.Min(wait.TotalSeconds, 600)) : backoff, time, cancellationToken);
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, options.MaxBackoff.Ticks));
        }
    }

    [LoggerMessage(EventId = 2421, EventName = "RemoteWriteLoopFailed", Level = LogLevel.Error, Message = "sending samples failed; tried again tenant={Tenant} endpoint={Endpoint}")]
    private static partial void LogLoopFailed(ILogger logger, Exception error, string tenant, string endpoint);
}
