using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Rubato.Client;

/// <summary>Logs that name their trace.</summary>
public static class TraceLogging
{
    /// <summary>
    /// A scope with <c>TraceID</c> and <c>SpanID</c> of the current span; empty without one. For log providers that do not write them by themselves
    /// (<c>ActivityTrackingOptions</c> makes .NET's own do so).
    /// </summary>
    /// <returns>Dispose it to leave the scope.</returns>
    public static IDisposable? BeginTraceScope(this ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return Activity.Current is { } span && span.TraceId != default
            ? logger.BeginScope(new KeyValuePair<string, object>[] { new("TraceID", span.TraceId.ToHexString()), new("SpanID", span.SpanId.ToHexString()) })
            : null;
    }
}
