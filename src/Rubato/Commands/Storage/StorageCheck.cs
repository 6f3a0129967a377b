using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Commands.Storage;

/// <summary>
/// Tries each kind of request on scratch objects, one after the other, and removes them. The folder's name cannot be a tenant's, so that
/// a running server passes over it.
/// </summary>
internal sealed class StorageCheck(IObjectStore store, TimeProvider time, Random random)
{
    /// <summary>Sent in parts by every store's default sizes.</summary>
    private const int LargeBytes = (10 << 20) + (1 << 18) + 1;

    private readonly List<StorageCheckStep> _steps = [];
    private readonly string _folder = $"~rubato-check/{random.Next():x8}";
    private Func<StorageCheckStep, Task> _report = _ => Task.CompletedTask;

    /// <param name="report">Called after each step.</param>
    public async Task<IReadOnlyList<StorageCheckStep>> RunAsync(Func<StorageCheckStep, Task> report, CancellationToken cancellation)
    {
        _report = report;
        var small = _folder + "/small";
        var content = "Rubato tried whether it can write here."u8.ToArray();

        await StepAsync("list", async () =>
        {
            await foreach (var _ in store.ListFoldersAsync("", cancellation))
                break;
            return "";
        });
        var written = await StepAsync("write", async () =>
        {
            await store.PutAsync(small, content, cancellation);
            return "";
        });
        await NeedsAsync(written, "read", async () => Same(content, await store.GetAsync(small, cancellation)));
        await NeedsAsync(written, "read a range", async () =>
        {
            var part = new byte[8];
            await store.GetRangeAsync(small, 7, part, cancellation);
            return Same(content.AsMemory(7, 8).ToArray(), part);
        });
        await NeedsAsync(written, "describe", async () =>
            await store.HeadAsync(small, cancellation) is { } info && info.Length == content.Length ? "" : throw new InvalidDataException("the size is not that of what was written"));
        await NeedsAsync(written, "list what is there", async () =>
        {
            await foreach (var info in store.ListAsync(_folder + "/", cancellation))
            {
                if (info.Key == small) return "";
            }

            throw new InvalidDataException("what was written a moment ago is not in the list");
        });
        await NeedsAsync(written, "create, once only", () => CreateAsync(small, content, cancellation));
        await NeedsAsync(written, "write in parts", async () =>
        {
            await store.PutAsync(_folder + "/large", new MemoryStream(new byte[LargeBytes]), cancellation);
            return await store.HeadAsync(_folder + "/large", cancellation) is { Length: LargeBytes } ? "" : throw new InvalidDataException("the size is not that of what was written");
        });
        await NeedsAsync(written, "delete", async () =>
        {
            foreach (var name in (string[])["small", "new", "large"])
                await store.DeleteAsync($"{_folder}/{name}", cancellation);
            return await store.HeadAsync(small, cancellation) is null ? "" : throw new InvalidDataException("the object is still there");
        });
        return _steps;
    }

    private async Task<string> CreateAsync(string existing, byte[] content, CancellationToken cancellation)
    {
        const string Consequence = "only one process may compact this store's blocks";
        try
        {
            if (await store.TryCreateAsync(existing, "This must not arrive."u8.ToArray(), cancellation))
                return $"the store ignores If-None-Match and overwrites; {Consequence}";
        }
        catch (ObjectStoreException e) when (e is { Fault: StoreFault.Refused, StatusCode: 501 })
        {
            return $"the store has no conditional writes; {Consequence}";
        }

        Same(content, await store.GetAsync(existing, cancellation));
        return await store.TryCreateAsync(_folder + "/new", content, cancellation) ? "" : throw new InvalidDataException("an object that is not there could not be created");
    }

    private Task<bool> NeedsAsync(bool before, string name, Func<Task<string>> run) => before ? StepAsync(name, run) : SkipAsync(name);

    private async Task<bool> SkipAsync(string name)
    {
        await AddAsync(new StorageCheckStep(name, StorageCheckOutcome.Skipped, TimeSpan.Zero, ""));
        return false;
    }

    /// <param name="run">Gives a note, or the empty text when all is well.</param>
    private async Task<bool> StepAsync(string name, Func<Task<string>> run)
    {
        var started = time.GetTimestamp();
        try
        {
            var note = await run();
            await AddAsync(new StorageCheckStep(name, note.Length == 0 ? StorageCheckOutcome.Good : StorageCheckOutcome.Doubtful, time.GetElapsedTime(started), note));
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await AddAsync(new StorageCheckStep(name, StorageCheckOutcome.Failed, time.GetElapsedTime(started), e.Message));
            return false;
        }
    }

    private async Task AddAsync(StorageCheckStep step)
    {
        _steps.Add(step);
        await _report(step);
    }

    private static string Same(byte[] written, byte[] read) =>
        written.AsSpan().SequenceEqual(read) ? "" : throw new InvalidDataException("what was read is not what was written");
}
