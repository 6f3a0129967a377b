using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Caching;

/// <summary>Debian's memcached or redis-server on a free loopback port. Killed without asking, as a machine dies.</summary>
internal sealed class CacheServer : IAsyncDisposable
{
    private readonly string _program;
    private readonly string[] _arguments;
    private Process? _process;

    private CacheServer(string program, int port, string[] arguments)
    {
        _program = program;
        _arguments = arguments;
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string Address { get; }

    public static async Task<CacheServer> MemcachedAsync(params string[] more)
    {
        var port = FreePort();
        return await StartAsync("memcached", port, ["-l", "127.0.0.1", "-p", Text(port), "-U", "0", "-u", "nobody", "-m", "64", .. more]);
    }

    public static async Task<CacheServer> RedisAsync(params string[] more)
    {
        var port = FreePort();
        return await StartAsync("redis-server", port, ["--bind", "127.0.0.1", "--port", Text(port), "--save", "", "--appendonly", "no", "--daemonize", "no", .. more]);
    }

    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Under the same address.</summary>
    public async Task StartAsync()
    {
        var info = new ProcessStartInfo(_program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in _arguments)
            info.ArgumentList.Add(argument);
        _process = Process.Start(info)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var end = IPEndPoint.Parse(Address);
        for (var attempt = 0; ; attempt++)
        {
            Assert.False(_process.HasExited, $"{_program} ended with {(_process.HasExited ? _process.ExitCode : 0)}");
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(end);
                return;
            }
            catch (SocketException) when (attempt < 200)
            {
                await Task.Delay(25);
            }
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static async Task<CacheServer> StartAsync(string program, int port, string[] arguments)
    {
        Requires.That(Requires.OnPath(program), $"{program} is not installed (Debian's package of that name)");
        var server = new CacheServer(program, port, arguments);
        await server.StartAsync();
        return server;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
