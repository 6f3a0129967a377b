using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rubato.UnitTests.Storage.Caching;

/// <summary>Answers each request on loopback with the bytes that the test wants, however wrong; null: never.</summary>
internal sealed class FakeMemcached : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, byte[]?> _answer;
    private readonly bool _closes;
    private readonly Task _accepting;
    private int _connections;

    public FakeMemcached(Func<string, byte[]?> answer, bool closes = false)
    {
        _answer = answer;
        _closes = closes;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                clients.Add(ServeAsync(client));
            }
        }
        finally
        {
            await Task.WhenAll(clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream());
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                if (_answer(line) is not { } bytes)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                    return;
                }

                await client.GetStream().WriteAsync(bytes, _stop.Token);
                if (_closes)
                    return;
            }
        }
    }
}
