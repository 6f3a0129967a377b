using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Rubato.Storage.Caching.Memcached;

/// <summary>One server: its connections and its circuit.</summary>
internal sealed class MemcachedServer : IDisposable
{
    private readonly string _server;
    private readonly MemcachedOptions _options;
    private readonly CacheCalls _calls;
    private readonly ConcurrentBag<MemcachedConnection> _idle = [];
    private readonly SemaphoreSlim _connections;
    private bool _disposed;

    public MemcachedServer(string server, MemcachedOptions options, TimeProvider time, ILogger logger)
    {
        _server = server;
        _options = options;
        _connections = new SemaphoreSlim(options.MaxConnections);
        _calls = new CacheCalls(options.Name, server, options.Timeout, options.Circuit, time, logger);
    }

    public ValueTask<CacheAnswer> RunAsync(Func<MemcachedConnection, CancellationToken, ValueTask<CacheAnswer>> request, CancellationToken cancellationToken) =>
        _calls.RunAsync(token => WithConnectionAsync(request, token), cancellationToken);

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }

    private async ValueTask<CacheAnswer> WithConnectionAsync(Func<MemcachedConnection, CancellationToken, ValueTask<CacheAnswer>> request, CancellationToken cancellationToken)
    {
        await _connections.WaitAsync(cancellationToken);
        try
        {
            while (_idle.TryTake(out var used))
            {
                try
                {
                    return await OnAsync(used, request, cancellationToken);
                }
                catch (Exception e) when (e is IOException or SocketException && !used.HasAnswered && !cancellationToken.IsCancellationRequested)
                {
                    // The server was restarted, or closed what nobody used: says nothing about how it is now.
                }
            }

            return await OnAsync(await MemcachedConnection.OpenAsync(_server, _options.Tls, cancellationToken), request, cancellationToken);
        }
        finally
        {
            _connections.Release();
        }
    }

    private async ValueTask<CacheAnswer> OnAsync(
        MemcachedConnection connection, Func<MemcachedConnection, CancellationToken, ValueTask<CacheAnswer>> request, CancellationToken cancellationToken)
    {
        var isSound = false;
        try
        {
            var answer = await request(connection, cancellationToken);
            isSound = true;
            return answer;
        }
        finally
        {
            if (isSound && _idle.Count < _options.MaxIdleConnections && !Volatile.Read(ref _disposed))
                _idle.Add(connection);
            else
                connection.Dispose();
        }
    }
}
