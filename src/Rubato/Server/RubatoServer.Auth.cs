using Rubato.Server.Auth;

namespace Rubato.Server;

/// <summary>The login (<c>server.auth</c>) in front of each port.</summary>
internal sealed partial class RubatoServer
{
    /// <summary>Pages of operators: they name all tenants, or act on the whole server.</summary>
    private static readonly string[] OperatorPaths = ["/metrics", "/status", "/flush", "/shutdown"];

    private Authenticator? _authenticator;

    private void StartAuth()
    {
        var options = _config.Server.Auth;
        if (options.File.Length == 0) return;
        _authenticator = new Authenticator(options.File, options.ReloadPeriod, _time, _logger);
        if (_authenticator.Load() is { Count: > 0 } problems) throw new StartException(problems[0].ToString());
        _loops.Add(_authenticator.RunAsync(_loopsStop.Token));
    }

    /// <summary>Behind cross-origin rules, whose preflights carry no login, and in front of everything else.</summary>
    private void UseAuth(IApplicationBuilder app, string listener, Func<HttpContext, AuthNeed> need)
    {
        if (_authenticator is null) return;
        var middleware = new AuthMiddleware(_authenticator, listener, need, _config.MultitenancyEnabled, _time, _logger);
        app.Use(next => http => middleware.InvokeAsync(http, next));
    }

    private void UseReceiverAuth(IApplicationBuilder app, string listener) => UseAuth(app, listener, static _ => new AuthNeed(AuthRights.Write));

    /// <summary>What the HTTP and gRPC ports ask for. As routing does, without regard to case.</summary>
    private AuthNeed NeedOf(HttpContext http)
    {
        var (path, options) = (http.Request.Path, _config.Server.Auth);
        if (options.OpenReady && (Is("/ready") || Is("/live") || Is("/grpc.health.v1.Health"))) return default;
        if (options.OpenMetrics && Is("/metrics")) return default;
        var isChange = Is("/flush") || Is("/shutdown") || (Is(_config.HttpApiPrefix + "/api/overrides") && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method));
        return new AuthNeed(isChange ? AuthRights.Write : AuthRights.Read, OperatorPaths.Any(Is));

        bool Is(string prefix) => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase);
    }
}
