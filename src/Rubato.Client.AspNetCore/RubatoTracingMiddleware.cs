using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;

namespace Rubato.Client.AspNetCore;

/// <summary>
/// A SERVER span for every request, named by its path, a child of the caller's span. Where OpenTelemetry's own instrumentation has made one already, that one gets the
/// attributes instead of a second span.
/// </summary>
internal sealed class RubatoTracingMiddleware(RequestDelegate next)
{
    private const int FirstErrorStatus = 400;
    private const string HostingSource = "Microsoft.AspNetCore";

    internal static readonly ActivitySource Source = new("Rubato.Client.AspNetCore", typeof(RubatoTracingMiddleware).Assembly.GetName().Version?.ToString(3) ?? "");

    public async Task InvokeAsync(HttpContext context)
    {
        if (Activity.Current is { IsAllDataRequested: true, Kind: ActivityKind.Server } instrumented && instrumented.Source.Name == HostingSource)
        {
            foreach ((string key, object? value) in Attributes(context.Request))
            {
                instrumented.SetTag(key, value);
            }

            await RunAsync(context, instrumented);
            return;
        }

        PropagationContext caller = TraceContextPropagation.Extract(context.Request.Headers, static (headers, name) =>
            headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? (IEnumerable<string>)values! : null);
        Baggage.Current = caller.Baggage;
        Activity? hosting = Activity.Current;

        // Without a caller the hosting's own activity, which nobody records, must not become the parent: the root of the trace would be missing.
        Activity.Current = null;
        using Activity? span = Source.StartActivity(ActivityKind.Server, caller.ActivityContext, Attributes(context.Request), name: context.Request.PathBase + context.Request.Path);
        if (span is null)
        {
            Activity.Current = hosting;
        }

        try
        {
            await RunAsync(context, span);
        }
        finally
        {
            span?.Dispose();
            Activity.Current = hosting;
        }
    }

    private async Task RunAsync(HttpContext context, Activity? span)
    {
        try
        {
            await next(context);
        }
        catch (Exception e)
        {
            // What the server makes of it, unless something before us does otherwise.
            span.RecordError(e);
            SetStatus(span, context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError);
            throw;
        }

        SetStatus(span, context.Response.StatusCode);
    }

    private static void SetStatus(Activity? span, int status)
    {
        span?.SetTag(HttpAttributes.StatusCode, status);
        if (status >= FirstErrorStatus)
        {
            span?.SetStatus(ActivityStatusCode.Error, string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"));
        }
    }

    /// <summary>Given to the span as it starts, so that samplers can look at them.</summary>
    private static KeyValuePair<string, object?>[] Attributes(HttpRequest request) =>
    [
        new(HttpAttributes.Method, request.Method),
        new(HttpAttributes.Url, request.PathBase + request.Path + request.QueryString),
        new(HttpAttributes.Target, request.PathBase + request.Path + request.QueryString),
        new(HttpAttributes.Scheme, request.Scheme),
        new(HttpAttributes.Host, request.Host.Value),
        new(HttpAttributes.UserAgent, request.Headers.UserAgent.ToString()),
        new(HttpAttributes.RemoteAddress, request.HttpContext.Connection.RemoteIpAddress is { } address
            ? new System.Net.IPEndPoint(address, request.HttpContext.Connection.RemotePort).ToString()
            : null),
    ];
}
