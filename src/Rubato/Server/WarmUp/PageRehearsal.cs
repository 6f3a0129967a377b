using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Rubato.Query.Api;
using Rubato.Web.Hosting;
using Rubato.Web.Rehearsal;

namespace Rubato.Server.WarmUp;

/// <summary>
/// Opens pages of the web UI over the warm-up's made-up spans, once, so that the first person does not wait for the compiler: a page needs two thousand methods that
/// could not be compiled ahead. After the start and when the process has nothing to do, because it takes two seconds of CPU; and all in memory, as the warm-up.
/// </summary>
internal sealed partial class PageRehearsal(TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Less than this share of one core within a second is nothing to do; 20,000 spans a second take some 0.18.</summary>
    private const double IdleShare = 0.05;

    /// <summary>A process that is never idle rehearses after this many looks: by then its own code is compiled.</summary>
    private const int MostLooks = 300;

    /// <summary>Around the made-up spans.</summary>
    private const string Range = "from=2023-11-14T22:00:00Z&to=2023-11-14T22:40:00Z";

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = loggers.CreateLogger("rubato");

    /// <summary>Never fails: a server whose first page is slow is still a server.</summary>
    /// <param name="cancellationToken">The server stops.</param>
    public async Task RunWhenIdleAsync(CancellationToken cancellationToken)
    {
        try
        {
            var isIdle = await UntilIdleAsync(cancellationToken);
            var started = time.GetTimestamp();
            using var budget = new CancellationTokenSource(Budget, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
            var drawn = await RunAsync(stop.Token);
            // 20 MB are given back at once; under load the collector comes by itself, and nobody should wait for it.
            if (isIdle) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            LogDone(_logger, string.Join(',', drawn), time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            LogFailed(_logger, e);
        }
    }

    /// <summary>How often each page was drawn.</summary>
    public async Task<IReadOnlyList<int>> RunAsync(CancellationToken cancellationToken)
    {
        using var source = new WarmUpSource();
        using var api = source.CreateApi(time, loggers);
        await using var app = Build(api);
        await app.StartAsync(cancellationToken);
        using var http = WebUi.InProcessClient(app.Services);
        string[] pages = ["trace/" + WarmUpSpans.FirstId(1), "search?" + Range, "services?" + Range];
        var drawn = await PageVisit.RunAsync(http, pages, time, cancellationToken);
        await app.StopAsync(cancellationToken);
        return drawn;
    }

    private WebApplication Build(QueryApi api)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "rubato", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddLogging();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IServer, NoServer>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        WebUi.UseFiles(builder.WebHost);
        WebUi.AddServices(builder.Services, new WebUiOptions());
        var app = builder.Build();
        WebUi.UseInProcessApi(app);
        app.UseRouting();
        api.Map(app, "");
        app.UseEndpoints(_ => { });
        app.Run(WebUi.Build(app, "", http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }));
        return app;
    }

    private async Task<bool> UntilIdleAsync(CancellationToken cancellationToken)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            var before = Environment.CpuUsage.TotalTime;
            await Task.Delay(Look, time, cancellationToken);
            if ((Environment.CpuUsage.TotalTime - before) / Look < IdleShare) return true;
        }

        return false;
    }

    [LoggerMessage(EventId = 1023, EventName = "RehearsalDone", Level = LogLevel.Information, Message = "pages rehearsed drawn={Drawn} milliseconds={Milliseconds:F0}")]
    private static partial void LogDone(ILogger logger, string drawn, double milliseconds);

    [LoggerMessage(EventId = 1024, EventName = "RehearsalFailed", Level = LogLevel.Warning, Message = "the rehearsal of pages failed; the first page will be slower, nothing else")]
    private static partial void LogFailed(ILogger logger, Exception error);

    /// <summary>Requests come from inside only.</summary>
    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
