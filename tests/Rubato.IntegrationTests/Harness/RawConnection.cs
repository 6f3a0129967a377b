using System.Net.Sockets;
using System.Text;

namespace Rubato.IntegrationTests.Harness;

/// <summary>A connection that says what a test says, byte by byte, without TLS. Every wait is bounded.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Slower than any server should put up with.
    private static readonly TimeSpan DripEvery = TimeSpan.FromMilliseconds(100);

    private readonly TcpClient _socket = new();
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    // None where the server reset the connection before the client knew that it had it.
    private NetworkStream? _stream;

    private RawConnection() => _limit.CancelAfter(Limit);

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        try
        {
            await connection._socket.ConnectAsync(address.Host, address.Port, connection._limit.Token);
            connection._stream = connection._socket.GetStream();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }

        return connection;
    }

    /// <summary>Says this and gives what the server says until it ends the connection. Unless kept open, the server is told that nothing follows.</summary>
    public static async Task<string> TalkAsync(Uri address, byte[] bytes, bool keepOpen = false)
    {
        using var connection = await OpenAsync(address);
        try
        {
            await connection.SendAsync(bytes);
            if (!keepOpen) connection._socket.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Ended before all was said: what it answered may be there.
        }

        return await connection.ReadToEndAsync();
    }

    /// <summary>Says this and then one <paramref name="drop"/> after the other, slowly, until the server ends the connection; gives what it said.</summary>
    public static async Task<string> DripAsync(Uri address, byte[] begin, byte[] drop)
    {
        using var connection = await OpenAsync(address);
        await connection.SendAsync(begin);
        var said = connection.ReadToEndAsync();
        while (await Task.WhenAny(said, Task.Delay(DripEvery, connection._limit.Token)) != said)
        {
            try
            {
                await connection.SendAsync(drop);
            }
            catch (IOException)
            {
                break;
            }
        }

        return await said;
    }

    public async Task SendAsync(byte[] bytes)
    {
        if (_stream is null) throw new IOException("the server reset the connection");
        await _stream.WriteAsync(bytes, _limit.Token);
    }

    /// <summary>What has come, at least a byte; empty when the server ended the connection.</summary>
    public async Task<string> ReadAsync()
    {
        if (_stream is null) return "";
        try
        {
            var buffer = new byte[4096];
            return Encoding.Latin1.GetString(buffer, 0, await _stream.ReadAsync(buffer, _limit.Token));
        }
        catch (IOException)
        {
            // Reset instead of closed.
            return "";
        }
    }

    public async Task<string> ReadToEndAsync()
    {
        var said = new StringBuilder();
        while (await ReadAsync() is { Length: > 0 } part) said.Append(part);
        return said.ToString();
    }

    /// <summary>Leaves without a word, as a process does that is killed.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }
}
