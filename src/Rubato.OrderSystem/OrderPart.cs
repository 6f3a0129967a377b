using System.Diagnostics;

namespace Rubato.OrderSystem;

/// <summary>One of the four parts of the order system: where its spans come from, and how it is called.</summary>
/// <param name="source">Named <c>api-gateway</c>, <c>auth-service</c>, <c>user-service</c> or <c>payment-service</c>.</param>
/// <param name="remote">
/// A service of its own, so that calls carry W3C trace context as over a network; else a scope within one process, whose spans are children of the current one.
/// </param>
public sealed class OrderPart(ActivitySource source, bool remote)
{
    /// <summary>Starts the span that answers a call; a root where nobody calls.</summary>
    internal Activity? Receive(string name, ActivityKind kind, Activity? caller)
    {
        if (!remote && caller is not null)
        {
            return source.StartActivity(name, kind);
        }

        // A header is a text; the default where there is none. Without a caller the span would become a child of whatever the host is doing.
        ActivityContext.TryParse(caller?.Id, caller?.TraceStateString, isRemote: true, out ActivityContext context);
        Activity.Current = null;
        return source.StartActivity(name, kind, context);
    }

    /// <summary>Starts a span under the current one.</summary>
    internal Activity? Start(string name, ActivityKind kind) => source.StartActivity(name, kind);

    /// <summary>Ends a span as failed, with the error as an exception event; returns the error.</summary>
    internal static string Fail(Activity? activity, string error, string? description = null)
    {
        activity?.AddException(new OrderFailureException(error));
        activity?.SetStatus(ActivityStatusCode.Error, description ?? error);
        return error;
    }
}
