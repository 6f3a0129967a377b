using Prometheus;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers;

/// <summary>
/// The memory of all requests that receivers are reading, decoding or keeping, whatever the protocol: each buffer is counted as it grows. Who would go beyond is told
/// to come again later. Counted in bytes and not in requests: a thousand small ones are no burden, and thirty of the largest are.
/// </summary>
/// <remarks>Of the process, since gRPC's marshallers know no server. What protocols other than OTLP are translated into comes on top, about once as much.</remarks>
public static class ReceiveBudget
{
    private static readonly Gauge Held = Metrics.CreateGauge("rubato_receiver_inflight_bytes", "Memory of requests that receivers are reading, decoding or keeping.");

    private static readonly Counter Shed = Metrics.CreateCounter(
        "rubato_receiver_shed_requests_total", "Requests that were told to come again later, since distributor.max_inflight_bytes were held.");

    private static long s_held;

    /// <summary><c>distributor.max_inflight_bytes</c>. Set once at start.</summary>
    public static long MaxBytes { get; set; } = long.MaxValue;

    /// <summary><c>distributor.retry_after_on_resource_exhausted</c>; null where it is 0. Set once at start.</summary>
    public static TimeSpan? RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    public static long HeldBytes => Interlocked.Read(ref s_held);

    /// <exception cref="ReceiversBusyException">No room; nothing was taken.</exception>
    public static void Take(int bytes)
    {
        if (Interlocked.Add(ref s_held, bytes) > MaxBytes)
        {
            GiveBack(bytes);
            Shed.Inc();
            throw new ReceiversBusyException(MaxBytes, RetryAfter);
        }
    }

    public static void GiveBack(int bytes) => Interlocked.Add(ref s_held, -bytes);

    /// <summary>The gauge is set when it is asked for.</summary>
    public static void Register() => Metrics.DefaultRegistry.AddBeforeCollectCallback(static () => Held.Set(HeldBytes));
}

/// <summary>Too much is being received at once: the request is good, and to be sent again later.</summary>
public sealed class ReceiversBusyException(long maxBytes, TimeSpan? retryAfter)
    : Exception($"the receivers hold as much as they may at once ({maxBytes} bytes, distributor.max_inflight_bytes); send the request again later")
{
    /// <summary>As the answer to a push.</summary>
    public PushResult Result => new(PushStatus.RateLimited, 0, 0, Message, retryAfter);
}
