using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Rubato.IntegrationTests.Harness;

/// <summary>Somebody else's server as a process: started on a free port of loopback, its address read from what it prints.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ServerLog _log;

    private ServerProgram(Process process, ServerLog log, Uri address)
    {
        _process = process;
        _log = log;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="listening">Its first group is the address, in the line that says it is ready.</param>
    public static async Task<ServerProgram> StartAsync(ProcessStartInfo start, Regex listening)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        var found = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new ServerLog();
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => found.TrySetException(new InvalidOperationException($"{start.FileName} ended:\n{log.Text}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new ServerProgram(process, log, await found.Task.WaitAsync(StartLimit));
        }
        catch
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }

        void Read(string? line)
        {
            log.Add(line);
            if (line is not null && listening.Match(line) is { Success: true } match) found.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        _log.WriteTail("log of " + _process.StartInfo.FileName);
        _process.Dispose();
    }
}
