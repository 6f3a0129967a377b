using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.Caching.Memcached;

/// <summary>
/// One connection, one request at a time, in memcached's text protocol (https://github.com/memcached/memcached/blob/master/doc/protocol.txt). After any failure its state
/// is unknown, so it is closed.
/// </summary>
internal sealed class MemcachedConnection : IDisposable
{
    /// <summary>A server's longest line that is no value: an error message.</summary>
    private const int MaxLineBytes = 2048;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private MemcachedConnection(Stream stream) => _stream = stream;

    public static async ValueTask<MemcachedConnection> OpenAsync(string server, StoreTlsOptions? tls, CancellationToken cancellationToken)
    {
        var colon = server.LastIndexOf(':');
        var (host, port) = (server[..colon].Trim('[', ']'), int.Parse(server.AsSpan(colon + 1), CultureInfo.InvariantCulture));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null)
            {
                var secure = new SslStream(stream);
                var options = StoreTls.Build(tls);
                options.TargetHost ??= host;
                await secure.AuthenticateAsClientAsync(options, cancellationToken);
                stream = secure;
            }

            return new MemcachedConnection(stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether the server has sent anything since the connection was opened: if not, a used connection was dead all along.</summary>
    public bool HasAnswered { get; private set; }

    public async ValueTask<CacheAnswer> GetAsync(string key, int maxBytes, CancellationToken cancellationToken)
    {
        HasAnswered = false;
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"get {key}\r\n"), cancellationToken);
        var line = await ReadLineAsync(cancellationToken);
        if (line == "END")
            return new CacheAnswer(CacheStatus.Miss);

        // VALUE <key> <flags> <bytes>
        var words = line.Split(' ');
        if (words.Length < 4 || words[0] != "VALUE" || words[1] != key || !int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            throw NoAnswer("get", line);
        if (length > maxBytes)
            throw new CacheServerException($"memcached has a value of {length} bytes under {key}, where at most {maxBytes} were stored");
        var value = new byte[length];
        await ReadAsync(value, cancellationToken);
        if (await ReadLineAsync(cancellationToken) is { Length: > 0 } rest)
            throw NoAnswer("get", rest);
        if (await ReadLineAsync(cancellationToken) is not "END" and var end)
            throw NoAnswer("get", end);
        return new CacheAnswer(CacheStatus.Hit, value);
    }

    public async ValueTask<CacheAnswer> SetAsync(string key, ReadOnlyMemory<byte> value, long expiration, CancellationToken cancellationToken)
    {
        HasAnswered = false;
        var head = string.Create(CultureInfo.InvariantCulture, $"set {key} 0 {expiration} {value.Length}\r\n");
        // One packet for small values: three writes would be three.
        if (value.Length <= 8 * 1024)
        {
            byte[] whole = [.. Encoding.ASCII.GetBytes(head), .. value.Span, .. "\r\n"u8];
            await _stream.WriteAsync(whole, cancellationToken);
        }
        else
        {
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
            await _stream.WriteAsync(value, cancellationToken);
            await _stream.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
        }

        var line = await ReadLineAsync(cancellationToken);
        return line switch
        {
            "STORED" or "NOT_STORED" => new CacheAnswer(CacheStatus.Stored),
            // The server's own limit of a value (-I): it is well, and has read the value past.
            "SERVER_ERROR object too large for cache" => new CacheAnswer(CacheStatus.Error),
            _ => throw NoAnswer("set", line),
        };
    }

    public void Dispose() => _stream.Dispose();

    private static CacheServerException NoAnswer(string command, string line) =>
        new($"memcached answered {command} with '{line[..Math.Min(line.Length, 100)]}'");

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf("\r\n"u8);
            if (found >= 0)
            {
                var line = Encoding.ASCII.GetString(_buffer, _start, searched + found);
                _start += searched + found + 2;
                return line;
            }

            // The end of the line may be cut in two.
            searched = Math.Max(0, _end - _start - 1);
            if (searched > MaxLineBytes)
                throw new CacheServerException($"memcached sent a line of more than {MaxLineBytes} bytes");
            await FillAsync(cancellationToken);
        }
    }

    private async ValueTask ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        var buffered = Math.Min(into.Length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(into.Span);
        _start += buffered;
        await _stream.ReadExactlyAsync(into[buffered..], cancellationToken);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (read == 0)
            throw new EndOfStreamException("memcached closed the connection");
        HasAnswered = true;
        _end += read;
    }
}
