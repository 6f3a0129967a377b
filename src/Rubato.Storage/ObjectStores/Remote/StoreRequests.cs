using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>
/// Every request to a remote store goes through here: tries again what may succeed later (backoff, jitter), ends a try that hangs,
/// and leaves a dead store alone, so that nobody waits for it.
/// </summary>
/// <remarks>
/// <code>
/// request ─► retry ─► circuit ─► one try with a time limit ─► protocol
///              ▲         │ open: CircuitOpen at once, with what failed before
///              └─────────┘ transient: wait, again
/// </code>
/// </remarks>
internal sealed partial class StoreRequests
{
    /// <summary>A caller who leaves after so long without an answer has seen an outage, whatever his own limit is.</summary>
    private static readonly TimeSpan PatienceBeforeCancelCounts = TimeSpan.FromSeconds(5);

    private readonly IStoreProtocol _protocol;
    private readonly StoreHttp? _http;
    private readonly RemoteStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;
    private readonly CircuitBreakerStateProvider _circuit = new();
    private string _lastOutage = "";

    public StoreRequests(IStoreProtocol protocol, StoreHttp? http, RemoteStoreOptions options, TimeProvider time, Random random, ILogger logger)
    {
        _protocol = protocol;
        _http = http;
        _options = options;
        _time = time;
        _logger = logger;
        _pipeline = Build(random);
        StoreMetrics.CircuitOpen.WithLabels(protocol.Backend).Set(0);
    }

    /// <param name="subject">Key or prefix, for messages.</param>
    /// <param name="bytes">What travels, for the time limit.</param>
    /// <exception cref="ObjectStoreException">It failed, as often as it was tried.</exception>
    public async ValueTask<T> RunAsync<T>(
        StoreAction action, string subject, long bytes, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        var limit = _options.AttemptTimeout + TimeSpan.FromSeconds((double)bytes / _options.SlowestBytesPerSecond);
        try
        {
            return await _pipeline.ExecuteAsync(async token => await TryAsync(action, subject, limit, request, token), cancellationToken);
        }
        catch (AbandonedException e)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            var error = new StoreError(StoreFault.CircuitOpen, 0, "", "not asked, since it failed again and again. Last: " + _lastOutage);
            throw StoreMessages.Compose(_protocol, action, subject, error, null, inner: null);
        }
    }

    private async Task<T> TryAsync<T>(
        StoreAction action, string subject, TimeSpan limit, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await request(either.Token);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Neither success nor failure of the store, unless it had its time; and a probe that nobody waited for has proved nothing.
            if (_time.GetElapsedTime(started) >= PatienceBeforeCancelCounts || _circuit.CircuitState == CircuitState.HalfOpen)
                throw new AbandonedException();
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is not (ObjectNotFoundException or EndOfStreamException or ObjectStoreException or ArgumentException))
        {
            var error = timeout.IsCancellationRequested
                ? new StoreError(StoreFault.TimedOut, 0, "", $"waited {limit.TotalSeconds:0} s")
                : TransportErrors.Explain(e) ?? _protocol.Explain(e);
            throw StoreMessages.Compose(_protocol, action, subject, error, _http?.ClockSkew, KeepInner(error.Fault) ? e : null);
        }
    }

    private ResiliencePipeline Build(Random random)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = _time };
        var gate = new Lock();
        if (_options.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ObjectStoreException>(e => e.IsTransient),
                MaxRetryAttempts = _options.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.BackoffInitial,
                MaxDelay = _options.BackoffMax,
                Randomizer = () =>
                {
                    lock (gate) return random.NextDouble();
                },
                OnRetry = Retrying,
            });
        }

        return builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<ObjectStoreException>(e => e.IsOutage).Handle<AbandonedException>(),
            FailureRatio = 0.9,
            MinimumThroughput = _options.CircuitFailures,
            SamplingDuration = _options.CircuitWindow,
            BreakDuration = _options.CircuitBreak,
            StateProvider = _circuit,
            OnOpened = Opened,
            OnClosed = Closed,
        }).Build();
    }

    private ValueTask Retrying(OnRetryArguments<object> args)
    {
        var failure = (ObjectStoreException)args.Outcome.Exception!;
        StoreMetrics.Retries.WithLabels(_protocol.Backend, failure.Fault.ToString()).Inc();
        Log.Retrying(_logger, args.AttemptNumber + 1, args.RetryDelay.TotalSeconds, failure.Message);
        return ValueTask.CompletedTask;
    }

    private ValueTask Opened(OnCircuitOpenedArguments<object> args)
    {
        _lastOutage = args.Outcome.Exception is ObjectStoreException failure ? failure.Message : "no answer while somebody waited";
        StoreMetrics.CircuitOpen.WithLabels(_protocol.Backend).Set(1);
        Log.Opened(_logger, _protocol.Place, _lastOutage);
        return ValueTask.CompletedTask;
    }

    private ValueTask Closed(OnCircuitClosedArguments<object> args)
    {
        StoreMetrics.CircuitOpen.WithLabels(_protocol.Backend).Set(0);
        Log.Closed(_logger, _protocol.Place);
        return ValueTask.CompletedTask;
    }

    // Where our words say all, the library's exception would only fill the log.
    private static bool KeepInner(StoreFault fault) => fault is StoreFault.Refused or StoreFault.Unavailable or StoreFault.Tls;

    /// <summary>The caller left, and the circuit is to know.</summary>
    private sealed class AbandonedException() : Exception("the caller left before the store answered");

    private static partial class Log
    {
        [LoggerMessage(61, LogLevel.Debug, "request to the object store is tried again attempt={Attempt} delay_seconds={Delay} reason={Reason}")]
        public static partial void Retrying(ILogger logger, int attempt, double delay, string reason);

        [LoggerMessage(62, LogLevel.Error, "object store does not answer; it is left alone and tried again every few seconds place={Place} reason={Reason}")]
        public static partial void Opened(ILogger logger, string place, string reason);

        [LoggerMessage(63, LogLevel.Information, "object store answers again place={Place}")]
        public static partial void Closed(ILogger logger, string place);
    }
}
