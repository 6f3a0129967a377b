using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Security;

namespace Rubato.IntegrationTests.Generating;

/// <summary>
/// Remote write endpoints over real sockets, one for each path, that answer as they are told: plain, with TLS, and a port that takes connections and never answers.
/// </summary>
internal sealed class FakeEndpoints : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<WriteRequest>> _requests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<int, HttpContext, Task>> _answers = new(StringComparer.Ordinal);
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly WebApplication _app;

    private FakeEndpoints()
    {
        _silent.Start();
        var certificate = Authority.Sign("endpoint");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public Certificates Authority { get; } = new("fake endpoints");

    /// <summary>Takes connections, as its backlog does, and never reads.</summary>
    public Uri Silent => new($"http://127.0.0.1:{((IPEndPoint)_silent.LocalEndpoint).Port}/silent");

    public static async Task<FakeEndpoints> StartAsync()
    {
        var endpoints = new FakeEndpoints();
        await endpoints._app.StartAsync(TestContext.Current.CancellationToken);
        return endpoints;
    }

    /// <summary>The URL of a path whose answers are given by the number of the request, from 0. Without: 204.</summary>
    public string Url(string name, Func<int, HttpContext, Task>? answer = null, string scheme = "http")
    {
        if (answer is not null) _answers["/" + name] = answer;
        return new Uri(new Uri(_app.Urls.Single(u => u.StartsWith(scheme + ":", StringComparison.Ordinal))), name).ToString();
    }

    /// <summary>What came to a path, in order.</summary>
    public IReadOnlyList<WriteRequest> Requests(string name) => [.. _requests.GetValueOrDefault("/" + name) ?? []];

    /// <summary>Waits until a path has what is looked for.</summary>
    public Task<IReadOnlyList<WriteRequest>> HasAsync(string name, Func<IReadOnlyList<WriteRequest>, bool> good, string what) =>
        Within.Get(TimeSpan.FromSeconds(30), () => Task.FromResult(Requests(name)), good, $"{name}: {what}");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _silent.Dispose();
        Authority.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var path = context.Request.Path.Value!;
        var queue = _requests.GetOrAdd(path, _ => new());
        int number;
        lock (queue)
        {
            number = queue.Count;
            queue.Enqueue(new WriteRequest(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        }

        context.Response.StatusCode = 204;
        if (_answers.TryGetValue(path, out var answer)) await answer(number, context);
    }
}
