using System.Diagnostics;
using System.Runtime.CompilerServices;
using Prometheus;

namespace Rubato.Storage.ObjectStores;

/// <summary>
/// Counts the failed calls to any store, once for all of them, and times them where that is what there is to time: a remote store's
/// requests are timed one by one, below its retries.
/// </summary>
/// <param name="timesCalls">True for a store without requests, on this machine.</param>
public sealed class MeasuredObjectStore(IObjectStore inner, bool timesCalls = true) : IObjectStore
{
    public string Backend => inner.Backend;

    public string? TryGetLocalPath(string key) => inner.TryGetLocalPath(key);

    public ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default) =>
        Measure("GET", "read", () => inner.GetAsync(key, cancellationToken));

    public async ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default) =>
        await Measure("GET", "read", async () =>
        {
            await inner.GetRangeAsync(key, offset, into, cancellationToken);
            return true;
        });

    public ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default) =>
        Measure("GET", "read", () => inner.HeadAsync(key, cancellationToken));

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await Measure("PUT", "write", async () =>
        {
            await inner.PutAsync(key, content, cancellationToken);
            return true;
        });

    public async ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default) =>
        await Measure("PUT", "write", async () =>
        {
            await inner.PutAsync(key, content, cancellationToken);
            return true;
        });

    public async ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default) =>
        await Measure("PUT", "write", async () =>
        {
            await inner.PutFileAsync(key, path, cancellationToken);
            return true;
        });

    public ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        Measure("PUT", "write", () => inner.TryCreateAsync(key, content, cancellationToken));

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        MeasureList(inner.ListAsync(prefix, cancellationToken), cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken = default) =>
        MeasureList(inner.ListFoldersAsync(prefix, cancellationToken), cancellationToken);

    public async ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        await Measure("DELETE", "delete", async () =>
        {
            await inner.DeleteAsync(key, cancellationToken);
            return true;
        });

    private async ValueTask<T> Measure<T>(string verb, string operation, Func<ValueTask<T>> call)
    {
        var started = Stopwatch.GetTimestamp();
        var status = "200";
        try
        {
            return await call();
        }
        catch (Exception e)
        {
            status = e switch
            {
                ObjectNotFoundException => "404",
                OperationCanceledException => "cancelled",
                _ => "500",
            };
            if (Counts(e)) StorageMetrics.Errors.WithLabels(Backend, operation).Inc();
            throw;
        }
        finally
        {
            if (timesCalls) StorageMetrics.BackendRequestSeconds.WithLabels(verb, status).Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private async IAsyncEnumerable<T> MeasureList<T>(IAsyncEnumerable<T> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var items = list.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                    yield break;
            }
            catch (Exception e) when (Counts(e))
            {
                StorageMetrics.Errors.WithLabels(Backend, "list").Inc();
                throw;
            }

            yield return items.Current;
        }
    }

    // Absence is an answer, and a caller who goes away is not the store's fault.
    private static bool Counts(Exception e) => e is not (ObjectNotFoundException or OperationCanceledException or ArgumentException);
}
