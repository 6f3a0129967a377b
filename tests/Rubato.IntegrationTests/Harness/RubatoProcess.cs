using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Rubato.IntegrationTests.Harness;

/// <summary>
/// The server as a process of its own, on a fresh data folder and free ports. Every wait is bounded. Disposing kills what
/// still runs, writes the end of the log to the test's output and deletes the folder.
/// </summary>
internal sealed partial class RubatoProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    private readonly TestFolder? _ownFolder;
    private Process? _process;
    private TempoApi? _api;
    private OtlpHttp? _otlpHttp;
    private OtlpGrpc? _otlpGrpc;

    private RubatoProcess(RubatoSettings settings, string? folder)
    {
        Settings = settings;
        if (folder is null) _ownFolder = new TestFolder();
        Folder = folder ?? _ownFolder!.Path;
    }

    public RubatoSettings Settings { get; }

    public string Folder { get; }

    public string BlocksFolder => Path.Combine(Folder, "blocks");

    public string WalFolder => Path.Combine(Folder, "wal", "rubato");

    /// <summary>What the latest run wrote.</summary>
    public ServerLog Log { get; private set; } = new();

    public Uri Http => Log.Listeners()["http"];

    public Uri GrpcAddress => Log.Listeners()["grpc"];

    public Uri OtlpGrpcAddress => Log.Listeners()["otlp-grpc"];

    public Uri OtlpHttpAddress => Log.Listeners()["otlp-http"];

    public TempoApi Api => _api ??= new TempoApi(Http);

    public OtlpHttp Otlp => _otlpHttp ??= new OtlpHttp(OtlpHttpAddress);

    public OtlpGrpc Grpc => _otlpGrpc ??= new OtlpGrpc(OtlpGrpcAddress);

    public bool IsRunning => _process is { HasExited: false };

    public int Id => _process!.Id;

    /// <summary>Starts and waits until it is ready.</summary>
    public static async Task<RubatoProcess> StartAsync(RubatoSettings? settings = null, string? folder = null)
    {
        var server = new RubatoProcess(settings ?? new RubatoSettings(), folder);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts on the same folder; the one before must have ended.</summary>
    public async Task StartAgainAsync()
    {
        if (IsRunning) throw new InvalidOperationException("it is still running");
        CloseClients();
        var config = Path.Combine(Folder, "rubato.yaml");
        await File.WriteAllTextAsync(config, Settings.ToYaml(Folder));
        var start = RubatoExecutable.Start(["-config.file=" + config, .. Settings.Arguments], Folder);
        foreach (var (name, value) in Settings.Environment) start.Environment[name] = value;
        if (Settings.MaxOpenFiles is { } files)
        {
            string[] command = ["-c", $"ulimit -n {files} && exec \"$0\" \"$@\"", start.FileName, .. start.ArgumentList];
            start.FileName = "/bin/sh";
            start.ArgumentList.Clear();
            foreach (var word in command) start.ArgumentList.Add(word);
        }

        var log = Log = new ServerLog();
        _process?.Dispose();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => log.Add(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilReadyAsync();
    }

    /// <summary>SIGTERM, then waits for the end; gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signal(SigTerm);
        return await WaitForExitAsync(StopLimit);
    }

    /// <summary>SIGKILL: nothing of the process gets to run any more.</summary>
    public async Task Kill9Async()
    {
        _process!.Kill();
        await WaitForExitAsync(StopLimit);
    }

    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancel.CancelAfter(limit);
        try
        {
            await _process!.WaitForExitAsync(cancel.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Log.WriteTail("server that does not stop");
            _process!.Kill();
            throw new TimeoutException($"the server did not stop within {limit}");
        }
    }

    /// <summary>Resident memory in bytes, as the kernel counts it.</summary>
    public long ResidentBytes()
    {
        _process!.Refresh();
        return _process.WorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            _process!.Kill();
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopLimit);
        }

        CloseClients();
        Log.WriteTail("server log");
        _process?.Dispose();
        _ownFolder?.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        var clock = Stopwatch.StartNew();
        // Whether it is ready, not who it is: the tests of TLS check certificates themselves.
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        while (clock.Elapsed < StartLimit)
        {
            if (!IsRunning)
            {
                await _process!.WaitForExitAsync(CancellationToken.None);
                throw new ServerEndedException(_process.ExitCode, Log.Text);
            }

            if (Log.Listeners().TryGetValue("http", out var http) && await IsReadyAsync(client, http)
                && Log.Contains("rubato started"))
                return;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"the server was not ready within {StartLimit}:\n{Log.Text}");
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri http)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(http, "/ready"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Signal(int signal)
    {
        if (Kill(_process!.Id, signal) != 0) throw new InvalidOperationException($"kill({_process.Id}, {signal}): {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private void CloseClients()
    {
        _api?.Dispose();
        _otlpHttp?.Dispose();
        _otlpGrpc?.Dispose();
        (_api, _otlpHttp, _otlpGrpc) = (null, null, null);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

/// <summary>The process ended before it was ready.</summary>
internal sealed class ServerEndedException(int exitCode, string log) : Exception($"the server ended with exit code {exitCode}:\n{log}")
{
    public int ExitCode => exitCode;

    public string Log => log;
}
