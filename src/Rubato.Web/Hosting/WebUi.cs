using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rubato.Web.Api;
using Rubato.Web.Browser;
using Rubato.Web.Components;
using Rubato.Web.Keys;
using Rubato.Web.Queries;

namespace Rubato.Web.Hosting;

/// <summary>
/// The UI inside a host that has the HTTP API. It comes after the API's routes: what they do not answer is a page, a file of it, or nothing.
/// Pages ask the API through <see cref="InProcessHandler"/>, which runs the host's own pipeline: the same checks as for a client outside, without a socket.
/// </summary>
public static class WebUi
{
    /// <summary>The list of static files that the build writes beside the executable. Without it (a test that hosts the server itself) there is no UI.</summary>
    private const string Manifest = "rubato.staticwebassets.endpoints.json";

    /// <summary>One for the process, so that a page of one host can be continued by another; kept in memory only, so a restart makes open pages load again.</summary>
    private static readonly EphemeralDataProtectionProvider Protection = new();

    public static bool IsAvailable => File.Exists(Path.Combine(AppContext.BaseDirectory, Manifest));

    /// <summary>Where the host finds static files: beside the executable, wherever it was started.</summary>
    public static void UseFiles(IWebHostBuilder host) => host.UseStaticWebAssets();

    public static void AddServices(IServiceCollection services, WebUiOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<InProcessPipeline>();
        services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            // A page that lost its connection may come back for this long; then its memory is given back.
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
            circuit.DisconnectedCircuitMaxRetained = 20;
        });
        services.AddDataProtection();
        services.AddSingleton<IDataProtectionProvider>(Protection);
        services.AddScoped<ServerApi>();
        services.AddScoped<BrowserInfo>();
        services.AddScoped<AttributeLookup>();
        services.AddScoped<Completions>();
        services.AddScoped<QueryShelf>();
        services.AddScoped<Shortcuts>();
    }

    /// <summary>The part of the pipeline that answers API requests starts here: everything added to <paramref name="app"/> after this is what pages ask.</summary>
    public static void UseInProcessApi(IApplicationBuilder app)
    {
        var pipeline = app.ApplicationServices.GetRequiredService<InProcessPipeline>();
        app.Use(next =>
        {
            pipeline.Set(next);
            return next;
        });
    }

    /// <summary>Asks a host that has this UI, inside the process, from its first check on.</summary>
    public static HttpClient InProcessClient(IServiceProvider services) => new(new InProcessHandler(services.GetRequiredService<InProcessPipeline>(), services.GetRequiredService<IServiceScopeFactory>()))
    {
        BaseAddress = new Uri("http://localhost/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The end of the pipeline: pages and their files, below <paramref name="prefix"/> too; the rest goes to <paramref name="notFound"/>.</summary>
    public static RequestDelegate Build(IApplicationBuilder app, string prefix, RequestDelegate notFound)
    {
        var ui = app.New();
        ui.UsePathBase(prefix);
        ui.Use(next => http =>
        {
            SecurityHeaders.Set(http.Response.Headers);
            return next(http);
        });
        ui.UseRouting();
        ui.UseAntiforgery();
        ui.UseEndpoints(endpoints =>
        {
            endpoints.MapStaticAssets(Path.Combine(AppContext.BaseDirectory, Manifest));
            endpoints.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
        });
        ui.Run(notFound);
        var pages = ui.Build();
        // The folder itself: without the slash every relative link would miss it.
        return prefix.Length == 0 ? pages : http =>
        {
            if (!http.Request.Path.Equals(prefix, StringComparison.Ordinal)) return pages(http);
            http.Response.Redirect(prefix[(prefix.LastIndexOf('/') + 1)..] + "/" + http.Request.QueryString);
            return Task.CompletedTask;
        };
    }
}
