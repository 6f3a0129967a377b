using Microsoft.Extensions.Logging;
using Prometheus;

namespace Rubato.Storage.Caching;

/// <summary>Calls to one server or cluster, each bounded in time, kept away while its circuit is open.</summary>
/// <param name="name">The cache's, for metrics.</param>
/// <param name="server">Which server, for messages; never with a password.</param>
internal sealed partial class CacheCalls(string name, string server, TimeSpan timeout, OutageCircuitOptions circuit, TimeProvider time, ILogger logger)
{
    private readonly OutageCircuit _circuit = new(circuit, time);
    private readonly Gauge.Child _isOpen = CacheMetrics.CircuitOpen.WithLabels(name, server);

    public async ValueTask<CacheAnswer> RunAsync(Func<CancellationToken, ValueTask<CacheAnswer>> call, CancellationToken cancellationToken)
    {
        if (!_circuit.TryEnter(out var isProbe))
            return new CacheAnswer(CacheStatus.Open);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var answer = await call(both.Token);
            if (_circuit.Answered(isProbe)) _isOpen.Set(0);
            return answer;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            _circuit.Left(isProbe);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            Failed(isProbe, new TimeoutException($"no answer within {timeout.TotalMilliseconds:F0} ms"));
            return new CacheAnswer(CacheStatus.Timeout);
        }
        catch (Exception e)
        {
            // Whatever a driver throws: a cache is never the reason that a query fails.
            Failed(isProbe, e);
            return new CacheAnswer(CacheStatus.Error);
        }
    }

    private void Failed(bool isProbe, Exception e)
    {
        if (!_circuit.Failed(isProbe, e.Message))
            return;
        _isOpen.Set(1);
        LogOpened(logger, name, server, circuit.Break.TotalSeconds, e.Message);
    }

    [LoggerMessage(62, LogLevel.Warning, "a shared cache failed too often and is not asked for a while; queries go on without it cache={Cache} server={Server} seconds={Seconds} last_error={Error}")]
    private static partial void LogOpened(ILogger logger, string cache, string server, double seconds, string error);
}
