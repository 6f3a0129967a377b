using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Rubato.Client;

/// <summary>
/// One HTTP/2 connection to each address that the host's name resolves to, used in turn; an address that takes no connection is passed over (gRPC's policy
/// round_robin). .NET's own handler would keep one connection to the first address for good.
/// </summary>
/// <remarks>
/// Pings every 30 s, also without a request under way, each with 10 s for its answer: a dead connection is noticed before a batch meets it. Windows of 1 MiB for a
/// stream; the one of a connection cannot be set in .NET, which has it at 64 MiB.
/// </remarks>
internal sealed class RoundRobinHandler(TimeSpan connectTimeout, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) : HttpMessageHandler
{
    private const int WindowBytes = 1024 * 1024;
    private const int MostAddresses = 64;
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ResolveAgain = TimeSpan.FromSeconds(30);

    // Bounded by the addresses that the name ever had; cleared when the handler is disposed. An idle connection closes itself after a minute.
    private readonly ConcurrentDictionary<IPAddress, HttpMessageInvoker> _connections = new();
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;
    private Resolved? _resolved;
    private int _next = -1;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await AddressesAsync(request.RequestUri!, cancellationToken).ConfigureAwait(false);
        uint first = (uint)Interlocked.Increment(ref _next);
        for (uint i = 0; ; i++)
        {
            IPAddress address = addresses[(first + i) % (uint)addresses.Length];
            try
            {
                return await Connection(address).SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && i + 1 < addresses.Length)
            {
                // Nothing has been sent: the next address gets it.
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (HttpMessageInvoker connection in _connections.Values)
            {
                connection.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private HttpMessageInvoker Connection(IPAddress address) => _connections.GetOrAdd(address, static (address, timeout) => new HttpMessageInvoker(new SocketsHttpHandler
    {
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        InitialHttp2StreamWindowSize = WindowBytes,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = timeout,
        UseProxy = false,
        AllowAutoRedirect = false,

        // Exports are not the application's work: no spans of the HTTP client about them, and no trace headers in them.
        ActivityHeadersPropagator = null,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancel).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    }), connectTimeout);

    private async Task<IPAddress[]> AddressesAsync(Uri endpoint, CancellationToken cancel)
    {
        if (_resolved is { } known && time.GetElapsedTime(known.At) < ResolveAgain)
        {
            return known.Addresses;
        }

        try
        {
            IPAddress[] found = IPAddress.TryParse(endpoint.DnsSafeHost, out IPAddress? literal)
                ? [literal]
                : await _resolve(endpoint.DnsSafeHost, cancel).ConfigureAwait(false);
            if (found.Length == 0)
            {
                throw new SocketException((int)SocketError.HostNotFound);
            }

            _resolved = new Resolved(found.Length > MostAddresses ? found[..MostAddresses] : found, time.GetTimestamp());
            return _resolved.Addresses;
        }
        catch (SocketException) when (_resolved is not null)
        {
            // A name server that is away does not take the receivers with it.
            return _resolved.Addresses;
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(HttpRequestError.NameResolutionError, $"{e.Message} ({endpoint.Authority})", e);
        }
    }

    private sealed record Resolved(IPAddress[] Addresses, long At);
}
