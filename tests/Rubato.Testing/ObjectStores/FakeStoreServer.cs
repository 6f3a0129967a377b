using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rubato.Testing.ObjectStores;

/// <summary>A cloud's HTTP API on a free port of loopback, in this process, with its objects in memory and faults on demand.</summary>
public abstract class FakeStoreServer : IAsyncDisposable
{
    private WebApplication? _app;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public StoreFaults Faults { get; } = new();

    protected FakeObjects Objects { get; } = new();

    public IReadOnlyCollection<string> Keys => Objects.Keys;

    public FakeObject? Find(string key) => Objects.Find(key);

    /// <param name="certificate">For TLS; null for plain HTTP.</param>
    public async Task StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null) listen.UseHttps(certificate);
            });
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(HandleGuardedAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task HandleAsync(HttpContext context);

    /// <summary>The cloud's way of saying no.</summary>
    protected abstract Task RefuseAsync(HttpContext context, int status, string code, string message);

    /// <summary>The path as it came, each part between slashes decoded; ASP.NET's own decoding leaves %2F alone and the rest not.</summary>
    protected static string RawPath(HttpContext context)
    {
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        return target.IndexOf('?') is var query and >= 0 ? target[..query] : target;
    }

    /// <returns>Null when the request goes on as usual; otherwise it is answered, or the fault is about its answer.</returns>
    protected async Task<(FakeFault? Fault, bool IsAnswered)> MeetFaultAsync(HttpContext context, string verb, string key)
    {
        var fault = Faults.Next(verb, key);
        if (fault is null)
            return (null, false);
        if (fault.Date is { } date)
            context.Response.Headers.Date = date.ToString("R");
        if (fault.Until is { } until)
            await until.WaitAsync(context.RequestAborted);
        if (fault.Status == 0)
            return (fault, false);
        await RefuseAsync(context, fault.Status, fault.Code, fault.Message);
        return (fault, true);
    }

    protected static async Task SendBodyAsync(HttpContext context, ReadOnlyMemory<byte> body, FakeFault? fault)
    {
        context.Response.ContentLength = body.Length;
        if (fault is { CutBodyAfter: >= 0 })
        {
            await context.Response.Body.WriteAsync(body[..Math.Min(fault.CutBodyAfter, body.Length)]);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(body);
    }

    private async Task HandleGuardedAsync(HttpContext context)
    {
        try
        {
            await HandleAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
    }
}
