using System.Diagnostics;

namespace Rubato.IntegrationTests.Harness;

/// <summary>A program that runs to its end, within a time limit.</summary>
internal sealed record ProcessRun(int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs <c>rubato</c> with these arguments.</summary>
    public static Task<ProcessRun> RubatoAsync(string workingDirectory, params string[] arguments) =>
        RunAsync(RubatoExecutable.Start(arguments, workingDirectory), DefaultLimit);

    public static async Task<ProcessRun> RunAsync(ProcessStartInfo start, TimeSpan limit)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancel.CancelAfter(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel.Token);
            var error = process.StandardError.ReadToEndAsync(cancel.Token);
            await process.WaitForExitAsync(cancel.Token);
            return new ProcessRun(process.ExitCode, await output, await error, clock.Elapsed);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {limit}");
        }
    }
}
