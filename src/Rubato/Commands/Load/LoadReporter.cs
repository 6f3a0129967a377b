using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Rubato.Commands.Load;

/// <summary>Shows a load to a person: progress on stderr, the result on stdout.</summary>
internal static class LoadReporter
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);

    public static async Task<LoadResult> WithProgressAsync(LoadRunner runner, TimeProvider time, CancellationToken cancel)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return Console.IsErrorRedirected || !console.Profile.Capabilities.Interactive
            ? await PlainAsync(runner, time, cancel)
            : await console.Progress()
                .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
                .StartAsync(async context =>
                {
                    ProgressTask bar = context.AddTask("spans", maxValue: runner.PlannedSpans);
                    return await WatchAsync(runner, time, BarInterval, (acknowledged, perSecond) =>
                    {
                        bar.Value = acknowledged;
                        bar.Description = string.Create(CultureInfo.InvariantCulture, $"{acknowledged:N0} spans, {perSecond:N0}/s");
                    }, cancel);
                });
    }

    public static void Write(LoadResult result, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(result, CommandJson.Options));
            return;
        }

        Line($"acknowledged  {result.AcknowledgedSpans:N0} spans in {result.AcknowledgedRequests:N0} requests, {result.ElapsedSeconds:F1} s: {result.SpansPerSecond:N0} spans/s");
        Line($"latency       p50 {result.LatencyMillis.P50:F1} ms, p90 {result.LatencyMillis.P90:F1} ms, p99 {result.LatencyMillis.P99:F1} ms, max {result.LatencyMillis.Max:F1} ms");
        Line($"sent          {result.BytesSent:N0} bytes over {result.Connections} {result.Protocol} connections to {result.Target}");
        Line($"this process  {result.GeneratorCpuMicrosPerSpan:F2} us of CPU per span");
        Line($"retries       {result.Retries:N0}");
        foreach ((string reason, long count) in result.RetryReasons)
        {
            Line($"  {count,10:N0}  {reason}");
        }

        Line($"refused       {result.RefusedSpans:N0} spans");
        foreach ((string reason, long count) in result.Refusals)
        {
            Line($"  {count,10:N0}  {reason}");
        }

        if (result.Stopped is not null)
        {
            Line($"stopped       {result.Stopped}");
        }

        void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static Task<LoadResult> PlainAsync(LoadRunner runner, TimeProvider time, CancellationToken cancel) =>
        WatchAsync(runner, time, PlainInterval, (acknowledged, perSecond) => Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{acknowledged:N0} of {runner.PlannedSpans:N0} spans, {perSecond:N0}/s")), cancel);

    private static async Task<LoadResult> WatchAsync(
        LoadRunner runner, TimeProvider time, TimeSpan interval, Action<long, double> show, CancellationToken cancel)
    {
        Task<LoadResult> load = runner.RunAsync(cancel);
        long before = 0;
        long at = time.GetTimestamp();
        while (await Task.WhenAny(load, Task.Delay(interval, time, CancellationToken.None)) != load)
        {
            long now = runner.AcknowledgedSpans;
            show(now, (now - before) / Math.Max(time.GetElapsedTime(at).TotalSeconds, 1e-3));
            (before, at) = (now, time.GetTimestamp());
        }

        return await load;
    }
}
