using Rubato.Server.Auth;

namespace Rubato.Server;

/// <summary>The login (<c>server.auth</c>) in front of each port.</summary>
internal sealed partial class RubatoServer
{
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

    private AuthNeed NeedOf(HttpContext http) => AuthNeeds.Of(http.Request.Method, http.Request.Path, _config.Server.Auth, _config.HttpApiPrefix);
}
