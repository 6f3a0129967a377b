using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rubato.UnitTests.Commands.Query;

/// <summary>A listener that answers every question with one text and keeps what it was asked.</summary>
internal sealed class FakeTempo(WebApplication app) : IAsyncDisposable
{
    public ConcurrentQueue<string> Questions { get; } = new();

    public ConcurrentDictionary<string, bool> Connections { get; } = new();

    public string Tenant { get; private set; } = "";

    public string Address { get; private set; } = "";

    public static async Task<FakeTempo> StartAsync(int status, string body)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var tempo = new FakeTempo(builder.Build());
        tempo.Run(status, body);
        await tempo.StartAsync();
        return tempo;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Run(int status, string body) => app.Run(context =>
    {
        Questions.Enqueue(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        Connections[context.Connection.Id] = true;
        Tenant = context.Request.Headers["X-Scope-OrgID"].ToString();
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    });

    private async Task StartAsync()
    {
        await app.StartAsync();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }
}
