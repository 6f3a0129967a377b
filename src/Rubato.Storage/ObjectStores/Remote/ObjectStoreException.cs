namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>A remote store that failed, in words for the person on call: what, where, what to do.</summary>
public sealed class ObjectStoreException(StoreFault fault, string message, int statusCode = 0, Exception? inner = null)
    : IOException(message, inner)
{
    public StoreFault Fault { get; } = fault;

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The same request may succeed a moment later.</summary>
    public bool IsTransient => Fault is StoreFault.Unreachable or StoreFault.TimedOut or StoreFault.Throttled or StoreFault.Unavailable;

    /// <summary>Says something about the whole store: enough of these open the circuit. A busy store is alive.</summary>
    public bool IsOutage => Fault is StoreFault.Unreachable or StoreFault.TimedOut or StoreFault.Unavailable;
}
