using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;

namespace Rubato.Client;

/// <summary>
/// Trace context on its way between programs: W3C <c>traceparent</c>, <c>tracestate</c> and <c>baggage</c>. Not the process's propagator, which others may change.
/// </summary>
public static class TraceContextPropagation
{
    private static readonly CompositeTextMapPropagator W3C = new([new TraceContextPropagator(), new BaggagePropagator()]);

    /// <summary>Puts the current span's context and baggage into a request. Without a span only the baggage.</summary>
    public static void Inject(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Inject(request, static (message, name, value) =>
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        });
    }

    /// <summary>Puts the current span's context and baggage into anything that has headers: a message, a job.</summary>
    /// <param name="carrier">What takes the headers.</param>
    /// <param name="set">Sets one header: carrier, name, value.</param>
    public static void Inject<T>(T carrier, Action<T, string, string> set)
    {
        ArgumentNullException.ThrowIfNull(set);
        W3C.Inject(new PropagationContext(Activity.Current?.Context ?? default, Baggage.Current), carrier, set);
    }

    /// <summary>The context and baggage that a request came with; an empty one where it has none, or none that can be read.</summary>
    /// <param name="carrier">What has the headers.</param>
    /// <param name="get">All values of a header: carrier, name; null where it is absent.</param>
    public static PropagationContext Extract<T>(T carrier, Func<T, string, IEnumerable<string>?> get)
    {
        ArgumentNullException.ThrowIfNull(get);
        return W3C.Extract(default, carrier, get);
    }

    /// <summary>The context and baggage of a request as .NET's HTTP client has it; for tests, proxies and own servers.</summary>
    public static PropagationContext Extract(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Extract(request, static (message, name) => message.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values : null);
    }
}
