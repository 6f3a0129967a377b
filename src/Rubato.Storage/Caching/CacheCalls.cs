using Microsoft.Extensions.Logging;

namespace Rubato.Storage.Caching;

/// <summary>Calls to one server or cluster, each bounded in time, kept away while its circuit is open.</summary>
/// <param name="name">The cache's, for metrics.</param>
/// <param name="server">Which server, for messages; never with a password.</param>
internal sealed partial class CacheCalls(string name, string server, TimeSpan timeout, CacheCircuitOptions circuit, TimeProvider time, ILogger logger)
{
    private readonly CacheCircuit _circuit = new(circuit, time);

    public async ValueTask<CacheAnswer> RunAsync(Func<CancellationToken, ValueTask<CacheAnswer>> call, CancellationToken cancellationToken)
    {
        if (!_circuit.TryEnter())
            return new CacheAnswer(CacheStatus.Open);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var answer = await call(both.Token);
            _circuit.Succeeded();
            CacheMetrics.CircuitOpen.WithLabels(name, server).Set(0);
            return answer;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            _circuit.Left();
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            Failed(new TimeoutException($"no answer within {timeout.TotalMilliseconds:F0} ms"));
            return new CacheAnswer(CacheStatus.Timeout);
        }
        catch (Exception e)
        {
            // Whatever a driver throws: a cache is never the reason that a query fails.
            Failed(e);
            return new CacheAnswer(CacheStatus.Error);
        }
    }

    private void Failed(Exception e)
    {
        if (!_circuit.Failed())
            return;
        CacheMetrics.CircuitOpen.WithLabels(name, server).Set(1);
        LogOpened(logger, name, server, circuit.Open.TotalSeconds, e.Message);
    }

    [LoggerMessage(62, LogLevel.Warning, "a shared cache failed too often and is not asked for a while; queries go on without it cache={Cache} server={Server} seconds={Seconds} last_error={Error}")]
    private static partial void LogOpened(ILogger logger, string cache, string server, double seconds, string error);
}
