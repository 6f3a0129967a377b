using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Rubato.BrowserTests.Harness;

/// <summary>A reverse proxy that knows the server under a path which it cuts off, as many people run tools behind one host name.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _webSockets;

    private CuttingProxy(string path, Uri server, bool isWithoutWebSockets)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "ui", ClusterId = "ui", Match = new RouteMatch { Path = path + "/{**rest}" }, Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = path }] }],
            [new ClusterConfig { ClusterId = "ui", Destinations = new Dictionary<string, DestinationConfig> { ["server"] = new() { Address = server.ToString() } } }]);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (!context.WebSockets.IsWebSocketRequest && context.Request.Headers.Upgrade != "websocket") return next(context);
            Interlocked.Increment(ref _webSockets);
            if (!isWithoutWebSockets) return next(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
        _app.MapReverseProxy();
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>How many were asked for.</summary>
    public int WebSockets => Volatile.Read(ref _webSockets);

    /// <param name="path">What is cut off, without a slash at its end.</param>
    /// <param name="server">Where the rest goes.</param>
    /// <param name="isWithoutWebSockets">It refuses them, as some people's do.</param>
    public static async Task<CuttingProxy> StartAsync(string path, Uri server, bool isWithoutWebSockets = false)
    {
        var proxy = new CuttingProxy(path, server, isWithoutWebSockets);
        await proxy._app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
