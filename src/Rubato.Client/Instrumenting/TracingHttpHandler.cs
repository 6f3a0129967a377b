using System.Diagnostics;

namespace Rubato.Client;

/// <summary>
/// Gives every request of an <see cref="HttpClient"/> a CLIENT span and the trace context. For clients that are not instrumented otherwise: with
/// <c>OpenTelemetry.Instrumentation.Http</c> the handler steps back, as there is a span already.
/// </summary>
/// <example><code>using var client = new HttpClient(new TracingHttpHandler(new SocketsHttpHandler()));</code></example>
public sealed class TracingHttpHandler : DelegatingHandler
{
    private const int FirstErrorStatus = 400;

    /// <summary>For a factory that sets the inner handler: <c>AddHttpMessageHandler&lt;TracingHttpHandler&gt;()</c>.</summary>
    public TracingHttpHandler()
    {
    }

    /// <summary>Before the handler that sends.</summary>
    public TracingHttpHandler(HttpMessageHandler innerHandler)
        : base(innerHandler)
    {
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using Activity? span = Begin(request);
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            End(span, (int)response.StatusCode);
            return response;
        }
        catch (Exception e)
        {
            span.RecordError(e);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using Activity? span = Begin(request);
        try
        {
            HttpResponseMessage response = base.Send(request, cancellationToken);
            End(span, (int)response.StatusCode);
            return response;
        }
        catch (Exception e)
        {
            span.RecordError(e);
            throw;
        }
    }

    private static Activity? Begin(HttpRequestMessage request)
    {
        // Instrumentation of .NET's client makes its span within the innermost handler: after this one. Then two spans would say the same.
        Activity? span = HttpClientIsInstrumented ? null : ClientSources.Http.StartActivity("HTTP " + request.Method.Method, ActivityKind.Client);
        span?.SetTag(HttpAttributes.Method, request.Method.Method);
        if (request.RequestUri is { } uri)
        {
            // Never the user and password that an address may carry.
            span?.SetTag(HttpAttributes.Url, uri.IsAbsoluteUri ? uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped) : uri.ToString());
            if (uri.IsAbsoluteUri)
            {
                span?.SetTag(HttpAttributes.Host, uri.Authority);
            }
        }

        TraceContextPropagation.Inject(request);
        return span;
    }

    private static bool HttpClientIsInstrumented => ClientSources.NetHttp.HasListeners();

    private static void End(Activity? span, int status)
    {
        span?.SetTag(HttpAttributes.StatusCode, status);
        if (status >= FirstErrorStatus)
        {
            span?.SetStatus(ActivityStatusCode.Error, "HTTP " + status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
