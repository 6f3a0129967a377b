using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Rubato.Client;

/// <summary>
/// Tracing for a program without a host: starts with <see cref="Start(RubatoTracingOptions?)"/>, sends what is queued when it is disposed. With a host,
/// <c>AddRubatoTracing</c> makes one and keeps it among the services.
/// </summary>
/// <example>
/// <code>
/// using var tracing = RubatoTracing.Start(new RubatoTracingOptions { ServiceName = "order-system" });
/// using var source = new ActivitySource("order-system");
/// using (source.StartActivity("work")) { }
/// </code>
/// </example>
public sealed class RubatoTracing : IDisposable, IAsyncDisposable
{
    private readonly TracerProvider _provider;
    private readonly TracingPipeline _pipeline;
    private readonly bool _ownsProvider;
    private int _ended;

    internal RubatoTracing(TracerProvider provider, TracingPipeline pipeline, bool ownsProvider)
    {
        _provider = provider;
        _pipeline = pipeline;
        _ownsProvider = ownsProvider;
    }

    /// <summary>The receiver that spans go to.</summary>
    public Uri Endpoint => _pipeline.Settings.Endpoint;

    /// <summary>What became of the spans so far.</summary>
    public ExportStatistics Statistics => _pipeline.Tracker.Statistics;

    /// <summary>Begins to send the spans of the named sources.</summary>
    /// <param name="options">null: the defaults.</param>
    /// <exception cref="RubatoTracingException">
    /// An option is wrong (all of them are named), or with <see cref="RubatoTracingOptions.VerifyConnection"/> the receiver took no connection.
    /// </exception>
    public static RubatoTracing Start(RubatoTracingOptions? options = null)
    {
        options ??= new RubatoTracingOptions();
        var pipeline = new TracingPipeline(options);
        if (options.VerifyConnection)
        {
            // Blocks, as a start that must not go on without a receiver does; on the pool, so that no synchronization context can be in the way.
            Task.Run(() => ConnectionCheck.RunAsync(pipeline.Settings, CancellationToken.None)).GetAwaiter().GetResult();
        }

        TracerProviderBuilder builder = Sdk.CreateTracerProviderBuilder();
        pipeline.AddTo(builder);
        return new RubatoTracing(builder.Build(), pipeline, ownsProvider: true);
    }

    /// <summary>As <see cref="Start(RubatoTracingOptions?)"/>, with the options set by a function.</summary>
    public static RubatoTracing Start(Action<RubatoTracingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new RubatoTracingOptions();
        configure(options);
        return Start(options);
    }

    /// <summary>Sends all spans that have ended, and waits for it.</summary>
    /// <param name="timeout">null: the export timeout.</param>
    /// <returns>Whether all were handed over within the time and none was lost meanwhile.</returns>
    public bool ForceFlush(TimeSpan? timeout = null)
    {
        ExportStatistics before = Statistics;
        bool handedOver = _provider.ForceFlush(Millis(timeout));
        return handedOver && Statistics.Failed == before.Failed;
    }

    /// <summary>Sends what is queued, once and without retries, and ends. A second call does nothing.</summary>
    /// <param name="timeout">null: the export timeout.</param>
    /// <exception cref="RubatoTracingException">Spans were lost meanwhile. Tracing has ended all the same.</exception>
    public void Shutdown(TimeSpan? timeout = null)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        ExportStatistics before = Statistics;
        bool inTime = _provider.Shutdown(Millis(timeout));
        ExportStatistics after = Statistics;
        if (!inTime || after.Failed > before.Failed)
        {
            long lost = after.Failed - before.Failed;
            throw new RubatoTracingException(lost > 0
                ? $"tracing ended, but {lost} spans could not be sent to {Endpoint}: {after.LastFailure}"
                : $"tracing ended, but not everything was sent to {Endpoint} within {timeout ?? _pipeline.Settings.ExportTimeout}");
        }
    }

    /// <summary>Ends as <see cref="Shutdown"/> does, without an exception for what is lost: <see cref="Statistics"/> and the log have it.</summary>
    public void Dispose()
    {
        try
        {
            Shutdown();
        }
        catch (RubatoTracingException)
        {
            // Said by the log; Dispose does not throw.
        }

        if (_ownsProvider)
        {
            _provider.Dispose();
        }
    }

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    private int Millis(TimeSpan? timeout)
    {
        TimeSpan time = timeout ?? _pipeline.Settings.ExportTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, nameof(timeout));
        return (int)Math.Min(int.MaxValue, time.TotalMilliseconds);
    }
}
