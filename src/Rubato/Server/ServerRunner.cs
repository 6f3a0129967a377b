using Rubato.Commands;
using Rubato.Configuration;
using Rubato.Demo;
using Rubato.Telemetry.Logging;

namespace Rubato.Server;

/// <summary>Runs the server in the foreground until a signal or <c>/shutdown</c>; with the order simulation beside it for <c>--demo</c>.</summary>
internal static class ServerRunner
{
    public static Task<int> RunAsync(ConfigResult config, CancellationToken stop) => RunAsync(config, demo: false, stop);

    public static Task<int> RunDemoAsync(ConfigResult config, CancellationToken stop) => RunAsync(config, demo: true, stop);

    private static async Task<int> RunAsync(ConfigResult config, bool demo, CancellationToken stop)
    {
        var time = TimeProvider.System;
        using var loggers = LoggerFactory.Create(logging => logging.UseRubatoLog(config.Config.Server, time));
        using var telemetry = SelfTracing.Start();
        ProcessMetrics.Register();
        // As the clock: chosen here alone, so that a simulation can choose others.
        await using var server = new RubatoServer(config, loggers, time, Random.Shared);
        try
        {
            await server.StartAsync(stop);
        }
        catch (StartException e)
        {
            await Console.Error.WriteLineAsync($"rubato: {e.Message}");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }

        using var traffic = CancellationTokenSource.CreateLinkedTokenSource(stop);
        server.HasDemoTraffic = demo;
        var orders = demo ? RunTrafficAsync(server, time, traffic.Token) : Task.CompletedTask;
        await Task.WhenAny(Task.Delay(Timeout.Infinite, stop), server.ShutdownAsked).ConfigureAwait(false);
        await traffic.CancelAsync();
        await orders;
        await server.StopAsync();
        return ExitCodes.Success;
    }

    private static async Task RunTrafficAsync(RubatoServer server, TimeProvider time, CancellationToken stop)
    {
        if (!server.Addresses.TryGetValue("otlp-grpc", out var receiver))
        {
            await Console.Error.WriteLineAsync("rubato: --demo sends OTLP over gRPC, but distributor.receivers has no otlp grpc receiver");
            return;
        }

        await Console.Out.WriteLineAsync("Rubato runs, with an order-processing system that sends traces to it:");
        foreach (var (name, address) in server.Addresses) await Console.Out.WriteLineAsync($"  {name,-10} {address}");
        var traffic = new DemoTraffic(new DemoOptions { Endpoint = new Uri(receiver) }, time);
        var run = traffic.RunAsync(stop);
        try
        {
            var traceId = await traffic.FirstTraceId;
            foreach (var line in DemoGuide.Lines(new Uri(server.Addresses["http"]), traceId)) await Console.Out.WriteLineAsync(line);
            await Console.Out.WriteLineAsync("Press Ctrl+C to stop.");
        }
        catch (OperationCanceledException)
        {
            // Stopped before the first order.
        }

        await run;
    }
}
