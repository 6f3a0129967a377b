using Prometheus;
using Rubato.Ingest;
using Rubato.Ingest.Receivers;

namespace Rubato.Server.Auth;

/// <summary>
/// The login in front of everything that a port offers: who it is, whether it may do that, and for which tenants. Says no in the words of the
/// request: HTTP, or gRPC's status.
/// </summary>
internal sealed partial class AuthMiddleware(Authenticator authenticator, string listener, Func<HttpContext, AuthNeed> need, bool hasTenants, TimeProvider time, ILogger log)
{
    private const int Unauthenticated = 16, PermissionDenied = 7, Unavailable = 14;

    private static readonly Counter Failures = Metrics.CreateCounter(
        "rubato_auth_failures_total", "Requests refused by server.auth.", "listener", "reason");

    private readonly LogLimiter _mayLog = new(TimeSpan.FromSeconds(10), time);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var asked = need(http);
        if (asked.IsOpen)
        {
            await next(http);
            return;
        }

        var header = http.Request.Headers.Authorization;
        if (header.Count != 1)
        {
            // A browser's first request never has one: counted, but nothing to log.
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, Unauthenticated, header.Count == 0 ? "missing" : "malformed", "a login is needed", isLogged: header.Count > 0);
            return;
        }

        // A browser adds the login that it remembers to what any page makes it send. Tokens it does not remember.
        if (asked.IsOfOwnPages && OtherSite.Asks(http.Request) && !header.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(http, StatusCodes.Status403Forbidden, PermissionDenied, "cross_site", "another site's page may not do this with a browser's login; send a token");
            return;
        }

        var (entry, reason) = await authenticator.CheckAsync(header.ToString(), http.RequestAborted);
        if (reason == "busy")
        {
            http.Response.Headers.RetryAfter = "1";
            await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, Unavailable, reason, "too many logins are being checked; try again");
        }
        else if (entry is null)
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, Unauthenticated, reason, "this login is not known");
        else if ((entry.Rights & asked.Rights) != asked.Rights)
            await RefuseAsync(http, StatusCodes.Status403Forbidden, PermissionDenied, "right", $"{entry.Name} has no right to {asked.Rights.ToString().ToLowerInvariant()}");
        else if (asked.IsForOperators && !entry.IsForAllTenants)
            await RefuseAsync(http, StatusCodes.Status403Forbidden, PermissionDenied, "tenant", $"{entry.Name} is for its tenants' data only");
        else if (hasTenants && !entry.IsForAllTenants && !UseTenants(http.Request.Headers, entry))
            await RefuseAsync(http, StatusCodes.Status403Forbidden, PermissionDenied, "tenant", $"{entry.Name} may not use this tenant");
        else
        {
            // For endpoints that tell operators more than others.
            http.Features.Set(entry);
            await next(http);
        }
    }

    /// <summary>Checks the tenants of the request; where it names none and the login has but one, that is it.</summary>
    private static bool UseTenants(IHeaderDictionary headers, AuthEntry entry)
    {
        var header = headers[TenantResolver.Header];
        if (header.Count > 1) return false;
        if (header.Count == 0 || string.IsNullOrEmpty(header[0]))
        {
            if (entry.Tenants.Count == 1) headers[TenantResolver.Header] = entry.Tenants.First();
            return true;
        }

        return header[0]!.Split('|').All(entry.Tenants.Contains);
    }

    private Task RefuseAsync(HttpContext http, int status, int grpcStatus, string reason, string message, bool isLogged = true)
    {
        Failures.WithLabels(listener, reason).Inc();
        if (isLogged && _mayLog.TryPass()) Log.Refused(log, listener, reason, http.Connection.RemoteIpAddress?.ToString() ?? "in-process");
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers.GrpcStatus = grpcStatus.ToString(System.Globalization.CultureInfo.InvariantCulture);
            http.Response.Headers.GrpcMessage = message;
            return Task.CompletedTask;
        }

        // Basic first: what browsers ask a person for.
        if (status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = (string[])["Basic realm=\"rubato\", charset=\"UTF-8\"", "Bearer realm=\"rubato\""];
        return PlainText.WriteAsync(http, status, message + "\n");
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1023, EventName = "AuthRefused", Level = LogLevel.Warning, Message = "login refused (at most one line in ten seconds) listener={Listener} reason={Reason} remote={Remote}")]
        public static partial void Refused(ILogger logger, string listener, string reason, string remote);
    }
}

/// <summary>What a request needs.</summary>
/// <param name="IsForOperators">It shows or touches more than one tenant's data: a login limited to tenants may not.</param>
internal readonly record struct AuthNeed(AuthRights Rights, bool IsForOperators = false)
{
    /// <summary>Another site's page may not make a browser do it.</summary>
    public bool IsOfOwnPages { get; init; }

    public bool IsOpen => Rights == AuthRights.None;
}
