using System.Diagnostics;
using System.Runtime.CompilerServices;
using Prometheus;

namespace Rubato.Storage.ObjectStores;

/// <summary>Counts and times the calls to any store, once for all of them.</summary>
public sealed class MeasuredObjectStore(IObjectStore inner) : IObjectStore
{
    private readonly IHistogram _read = StorageMetrics.BackendRequestSeconds.WithLabels("GET");
    private readonly IHistogram _write = StorageMetrics.BackendRequestSeconds.WithLabels("PUT");
    private readonly IHistogram _delete = StorageMetrics.BackendRequestSeconds.WithLabels("DELETE");

    public string Backend => inner.Backend;

    public string? TryGetLocalPath(string key) => inner.TryGetLocalPath(key);

    public ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default) =>
        Measure(_read, "read", () => inner.GetAsync(key, cancellationToken));

    public async ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default) =>
        await Measure(_read, "read", async () =>
        {
            await inner.GetRangeAsync(key, offset, into, cancellationToken);
            return true;
        });

    public ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default) =>
        Measure(_read, "read", () => inner.HeadAsync(key, cancellationToken));

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await Measure(_write, "write", async () =>
        {
            await inner.PutAsync(key, content, cancellationToken);
            return true;
        });

    public async ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default) =>
        await Measure(_write, "write", async () =>
        {
            await inner.PutAsync(key, content, cancellationToken);
            return true;
        });

    public async ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default) =>
        await Measure(_write, "write", async () =>
        {
            await inner.PutFileAsync(key, path, cancellationToken);
            return true;
        });

    public ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        Measure(_write, "write", () => inner.TryCreateAsync(key, content, cancellationToken));

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        MeasureList(inner.ListAsync(prefix, cancellationToken), cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken = default) =>
        MeasureList(inner.ListFoldersAsync(prefix, cancellationToken), cancellationToken);

    public async ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        await Measure(_delete, "delete", async () =>
        {
            await inner.DeleteAsync(key, cancellationToken);
            return true;
        });

    private async ValueTask<T> Measure<T>(IHistogram seconds, string operation, Func<ValueTask<T>> call)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await call();
        }
        catch (Exception e) when (Counts(e))
        {
            StorageMetrics.Errors.WithLabels(Backend, operation).Inc();
            throw;
        }
        finally
        {
            seconds.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
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
