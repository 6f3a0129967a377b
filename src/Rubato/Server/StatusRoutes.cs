using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Rubato.Commands;
using Rubato.Configuration;

namespace Rubato.Server;

/// <summary>Health, status and admin routes of the HTTP port (spec/http-api.md 2).</summary>
internal sealed class StatusRoutes(ConfigResult config, ServerState state, Func<string?, CancellationToken, Task<bool?>> flush, Action shutdown)
{
    private const string Text = "text/plain; charset=utf-8";
    private const string Documentation = "https://grafana.com/docs/tempo/latest/api_docs/";

    public void Map(IEndpointRouteBuilder routes, string prefix)
    {
        routes.MapGet("/ready", ReadyAsync);
        routes.MapGet("/live", http => WriteAsync(http, "live\n"));
        routes.Map(prefix + "/api/echo", http => WriteAsync(http, "echo\n"));
        routes.MapGet(prefix + "/api/status/buildinfo", BuildInfoAsync);
        routes.MapGet("/status", http => WriteAsync(http, All(routes)));
        routes.MapGet("/status/version", http => WriteAsync(http, Version()));
        routes.MapGet("/status/services", http => WriteAsync(http, Services()));
        routes.MapGet("/status/endpoints", http => WriteAsync(http, Endpoints(routes)));
        routes.MapGet("/status/config", ConfigAsync);
        routes.MapGet("/status/runtime_config", RuntimeConfigAsync);
        routes.MapGet(prefix + "/status/usage-stats", http => WriteAsync(http, "usage-stats is not enabled\n"));
        routes.Map("/flush", FlushAsync);
        routes.Map("/shutdown", ShutdownAsync);
    }

    private static Task WriteAsync(HttpContext http, string text, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = Text;
        return http.Response.WriteAsync(text);
    }

    private Task ReadyAsync(HttpContext http) => state.NotReady() is { } why
        ? WriteAsync(http, why, StatusCodes.Status503ServiceUnavailable)
        : WriteAsync(http, "ready\n");

    private static Task BuildInfoAsync(HttpContext http)
    {
        // Grafana reads `version` to decide which features Tempo has: it must be a Tempo version of at least 2.7.
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(
            $$"""{"version":"{{TempoCompatibility.Version}}","revision":"{{ServerCommand.Version}}","branch":"rubato","buildUser":"","buildDate":"","goVersion":"dotnet{{Environment.Version}}"}""" + "\n");
    }

    private static string Version() => string.Create(CultureInfo.InvariantCulture,
        $"rubato, version {ServerCommand.Version} (compatible with Tempo {TempoCompatibility.Version})\n  branch:           main\n  revision:         {ServerCommand.Version}\n  runtime:          {RuntimeInformation.FrameworkDescription}\n  platform:         {RuntimeInformation.RuntimeIdentifier}\n");

    private string Services()
    {
        var modules = state.Modules;
        var width = Math.Max(12, modules.Count == 0 ? 0 : modules.Max(m => m.Name.Length));
        var text = new StringBuilder();
        text.Append("Service name".PadRight(width)).Append("  Status    Failure case\n");
        foreach (var (name, status) in modules) text.Append(name.PadRight(width)).Append("  ").Append(status.PadRight(8)).Append('\n');
        return text.ToString();
    }

    private static string Endpoints(IEndpointRouteBuilder routes)
    {
        var patterns = routes.DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()
            .Select(e => e.RoutePattern.RawText ?? "").Where(p => !p.StartsWith("{*", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return string.Concat(patterns.Select(p => p + "\n")) + $"\nAPI documentation: {Documentation}\n";
    }

    private string All(IEndpointRouteBuilder routes) =>
        $"GET /status/version\n{Version()}\nGET /status/services\n{Services()}\nGET /status/endpoints\n{Endpoints(routes)}\nGET /status/config\n{config.Printer.Effective()}";

    private Task ConfigAsync(HttpContext http)
    {
        var mode = http.Request.Query["mode"].ToString();
        return mode switch
        {
            "" => WriteAsync(http, config.Printer.Effective()),
            "diff" => WriteAsync(http, config.Printer.Diff()),
            "defaults" => WriteAsync(http, config.Printer.Defaults()),
            _ => WriteAsync(http, $"unknown value for mode query parameter: {mode}\n", StatusCodes.Status500InternalServerError),
        };
    }

    private Task RuntimeConfigAsync(HttpContext http) => WriteAsync(http, RuntimeConfig(http.Request.Query["mode"].ToString()));

    /// <summary>Set by the server once the overrides are loaded.</summary>
    public Func<string, string> RuntimeConfig { get; set; } = _ => "";

    private async Task FlushAsync(HttpContext http)
    {
        var tenant = http.Request.Query["tenant"].ToString();
        switch (await flush(tenant.Length == 0 ? null : tenant, http.RequestAborted))
        {
            case null:
                await WriteAsync(http, $"no recent data of tenant {tenant}\n", StatusCodes.Status404NotFound);
                break;
            case false:
                await WriteAsync(http, "a block could not be written; the log says why, and nothing is lost\n", StatusCodes.Status500InternalServerError);
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }

    private async Task ShutdownAsync(HttpContext http)
    {
        state.BeginStop();
        await flush(null, CancellationToken.None);
        await WriteAsync(http, "shutdown job acknowledged");
        shutdown();
    }
}

/// <summary>The Tempo release whose APIs this version speaks.</summary>
internal static class TempoCompatibility
{
    public const string Version = "3.0.3";
}
