using Microsoft.Extensions.Logging;
using Polly;
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
    private static readonly TimeSpan PatienceBeforeLeavingCounts = TimeSpan.FromSeconds(4);

    private readonly IStoreProtocol _protocol;
    private readonly StoreHttp? _http;
    private readonly RemoteStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _retry;
    private readonly OutageCircuit _circuit;

    public StoreRequests(IStoreProtocol protocol, StoreHttp? http, RemoteStoreOptions options, TimeProvider time, Random random, ILogger logger)
    {
        _protocol = protocol;
        _http = http;
        _options = options;
        _time = time;
        _logger = logger;
        _retry = Build(random);
        _circuit = new OutageCircuit(new OutageCircuitOptions(options.CircuitFailures, options.CircuitBreak) { Lasting = options.CircuitLasting }, time);
        StoreMetrics.CircuitOpen.WithLabels(protocol.Backend).Set(0);
    }

    /// <param name="subject">Key or prefix, for messages.</param>
    /// <param name="bytes">What travels, for the time limit.</param>
    /// <exception cref="ObjectStoreException">It failed, as often as it was tried.</exception>
    public ValueTask<T> RunAsync<T>(
        StoreAction action, string subject, long bytes, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        TryAllAsync(action, subject, bytes, one => request(one.Token), cancellationToken);

    /// <summary>As <see cref="RunAsync"/>, of an object whose size only its answer tells.</summary>
    public ValueTask<T> RunUnsizedAsync<T>(StoreAction action, string subject, Func<StoreTry, Task<T>> request, CancellationToken cancellationToken) =>
        TryAllAsync(action, subject, 0, request, cancellationToken);

    private async ValueTask<T> TryAllAsync<T>(
        StoreAction action, string subject, long bytes, Func<StoreTry, Task<T>> request, CancellationToken cancellationToken) =>
        await _retry.ExecuteAsync(async token => await TryAsync(action, subject, bytes, request, token), cancellationToken);

    private async Task<T> TryAsync<T>(
        StoreAction action, string subject, long bytes, Func<StoreTry, Task<T>> request, CancellationToken cancellationToken)
    {
        if (!_circuit.TryEnter(out var isProbe))
        {
            var error = new StoreError(StoreFault.CircuitOpen, 0, "", "not asked, since it failed again and again. Last: " + _circuit.Reason);
            throw StoreMessages.Compose(_protocol, action, subject, error, null, inner: null);
        }

        var started = _time.GetTimestamp();
        using var one = new StoreTry(action == StoreAction.Read ? _options.ReadTimeout : _options.AttemptTimeout, _options.SlowestBytesPerSecond, bytes, _time, cancellationToken);
        try
        {
            var answer = await request(one);
            Answered(isProbe);
            return answer;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Neither success nor failure of the store, unless it had its time.
            if (_time.GetElapsedTime(started) >= PatienceBeforeLeavingCounts) Failed(isProbe, "no answer while somebody waited");
            else _circuit.Left(isProbe);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is ObjectNotFoundException or EndOfStreamException)
        {
            Answered(isProbe);
            throw;
        }
        catch (ArgumentException)
        {
            // Nothing was sent.
            _circuit.Left(isProbe);
            throw;
        }
        catch (Exception e)
        {
            var error = one.IsTimedOut
                ? new StoreError(StoreFault.TimedOut, 0, "", $"waited {one.Limit.TotalSeconds:0} s")
                : TransportErrors.Explain(e) ?? _protocol.Explain(e);
            var failure = StoreMessages.Compose(_protocol, action, subject, error, _http?.ClockSkew, KeepInner(error.Fault) ? e : null);
            if (failure.IsOutage) Failed(isProbe, failure.Message);
            else Answered(isProbe);
            throw failure;
        }
    }

    private void Answered(bool isProbe)
    {
        if (!_circuit.Answered(isProbe)) return;
        StoreMetrics.CircuitOpen.WithLabels(_protocol.Backend).Set(0);
        Log.Closed(_logger, _protocol.Place);
    }

    private void Failed(bool isProbe, string reason)
    {
        if (!_circuit.Failed(isProbe, reason)) return;
        StoreMetrics.CircuitOpen.WithLabels(_protocol.Backend).Set(1);
        Log.Opened(_logger, _protocol.Place, reason);
    }

    private ResiliencePipeline Build(Random random)
    {
        if (_options.MaxAttempts <= 1) return ResiliencePipeline.Empty;
        var gate = new Lock();
        return new ResiliencePipelineBuilder { TimeProvider = _time }.AddRetry(new RetryStrategyOptions
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
        }).Build();
    }

    private ValueTask Retrying(OnRetryArguments<object> args)
    {
        var failure = (ObjectStoreException)args.Outcome.Exception!;
        StoreMetrics.Retries.WithLabels(_protocol.Backend, failure.Fault.ToString()).Inc();
        Log.Retrying(_logger, args.AttemptNumber + 1, args.RetryDelay.TotalSeconds, failure.Message);
        return ValueTask.CompletedTask;
    }

    // Where our words say all, the library's exception would only fill the log.
    private static bool KeepInner(StoreFault fault) => fault is StoreFault.Refused or StoreFault.Unavailable or StoreFault.Tls;

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
