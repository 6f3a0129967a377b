using Rubato.Client.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the request spans of the guide to an application.</summary>
public static class RubatoTracingMiddlewareExtensions
{
    /// <summary>
    /// A SERVER span for every request from here on, with <c>http.method</c>, <c>http.url</c>, <c>http.target</c>, <c>http.scheme</c>, <c>http.host</c>,
    /// <c>http.user_agent</c>, <c>http.remote_addr</c> and <c>http.status_code</c>; a status of 400 or more is an error <c>HTTP ...</c>. Put it first.
    /// </summary>
    /// <remarks>
    /// Prefer OpenTelemetry's instrumentation of ASP.NET Core where its present conventions are wanted (<c>http.request.method</c>, routes as names, client errors that
    /// are none of the server's). With both, there is one span, OpenTelemetry's, with the attributes of both.
    /// </remarks>
    /// <returns>The builder.</returns>
    public static IApplicationBuilder UseRubatoTracing(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<RubatoTracingMiddleware>();
    }
}
