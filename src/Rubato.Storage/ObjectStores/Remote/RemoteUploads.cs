using System.Buffers;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>Puts: small objects in one request, large ones in parts that are tried again one by one. All or nothing.</summary>
internal sealed class RemoteUploads(IStoreProtocol protocol, StoreRequests requests, int partsInFlight, TimeProvider time)
{
    /// <summary>Tidying up must not hold up whoever stops.</summary>
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    /// <summary>Sizes of parts are multiples of it: Google wants that.</summary>
    private const int PartGranule = 256 << 10;

    public async ValueTask PutAsync(string key, string whole, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (content.Length <= protocol.PartBytes)
        {
            await PutWholeAsync(key, whole, content, cancellationToken);
            return;
        }

        var partBytes = PartBytes(content.Length);
        var at = 0;
        await PutPartsAsync(key, whole, content.Length, _ =>
        {
            var part = content.Slice(at, Math.Min(partBytes, content.Length - at));
            at += part.Length;
            return new(new Part(part, null, at == content.Length));
        }, cancellationToken);
    }

    /// <returns>The bytes that were put.</returns>
    public async ValueTask<long> PutAsync(string key, string whole, Stream content, long? bytes, CancellationToken cancellationToken)
    {
        var partBytes = PartBytes(bytes ?? 0);
        // One part is always read ahead: only so the last one is known to be the last.
        var ahead = await ReadAsync(content, partBytes, cancellationToken);
        var total = (long)ahead.Content.Length;
        if (ahead.IsLast)
        {
            try
            {
                await PutWholeAsync(key, whole, ahead.Content, cancellationToken);
                return total;
            }
            finally
            {
                ahead.Return();
            }
        }

        Part? next = ahead;
        try
        {
            await PutPartsAsync(key, whole, bytes, async token =>
            {
                var part = next!.Value;
                if (part.IsLast)
                {
                    next = null;
                    return part;
                }

                var after = await ReadAsync(content, partBytes, token);
                total += after.Content.Length;
                if (after.Content.IsEmpty)
                {
                    after.Return();
                    next = null;
                    return part with { IsLast = true };
                }

                next = after;
                return part;
            }, cancellationToken);
        }
        finally
        {
            next?.Return();
        }

        return total;
    }

    private async ValueTask PutWholeAsync(string key, string whole, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await requests.RunAsync(
            StoreAction.Write, key, content.Length,
            async token =>
            {
                await protocol.PutAsync(whole, content, token);
                return true;
            },
            cancellationToken);

    private async ValueTask PutPartsAsync(
        string key, string whole, long? bytes, Func<CancellationToken, ValueTask<Part>> nextPart, CancellationToken cancellationToken)
    {
        var upload = await requests.RunAsync(StoreAction.Write, key, 0, token => protocol.BeginUploadAsync(whole, bytes, token), cancellationToken);
        try
        {
            var total = await SendAsync(key, upload, nextPart, cancellationToken);
            await CompleteAsync(key, whole, total, upload, cancellationToken);
        }
        catch
        {
            await AbortAsync(key, upload);
            throw;
        }
    }

    private async ValueTask<long> SendAsync(string key, IStoreUpload upload, Func<CancellationToken, ValueTask<Part>> nextPart, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var room = new SemaphoreSlim(upload.IsParallel ? Math.Max(1, partsInFlight) : 1);
        var sending = new List<Task>();
        var offset = 0L;
        try
        {
            for (var number = 0; ; number++)
            {
                await room.WaitAsync(stop.Token);
                var part = await nextPart(stop.Token);
                if (number >= protocol.MaxParts)
                {
                    part.Return();
                    throw new IOException($"{protocol.Backend}: {key} has more than {protocol.MaxParts} parts of {part.Content.Length} bytes; raise the size of parts (storage.trace.{protocol.Backend})");
                }

                sending.Add(SendPartAsync(number, offset, part));
                offset += part.Content.Length;
                if (part.IsLast)
                    break;
            }

            await Task.WhenAll(sending);
            return offset;
        }
        catch
        {
            await stop.CancelAsync();
            // The buffers are the parts' until they have stopped. The first failure among them is the cause; a wait that was cancelled is not.
            await Task.WhenAll(sending).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            if (!cancellationToken.IsCancellationRequested && sending.Find(task => task.IsFaulted) is { } failed)
                await failed;
            throw;
        }

        async Task SendPartAsync(int number, long at, Part part)
        {
            try
            {
                await requests.RunAsync(
                    StoreAction.Write, key, part.Content.Length,
                    async token =>
                    {
                        await upload.SendPartAsync(number, at, part.Content, part.IsLast, token);
                        return true;
                    },
                    stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
            finally
            {
                part.Return();
                room.Release();
            }
        }
    }

    // When the answer got lost, the second try (ours, or the HTTP client's own on a connection that had ended) finds that the upload is gone.
    // Whether it became the object, the object tells.
    private async ValueTask CompleteAsync(string key, string whole, long bytes, IStoreUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            await requests.RunAsync(
                StoreAction.Write, key, 0,
                async token =>
                {
                    await upload.CompleteAsync(token);
                    return true;
                },
                cancellationToken);
        }
        catch (ObjectStoreException e) when (e is { Fault: StoreFault.Refused, StatusCode: 404 })
        {
            var there = await requests.RunAsync(StoreAction.Read, key, 0, token => protocol.HeadAsync(whole, token), cancellationToken);
            if (there?.Length != bytes)
                throw;
        }
    }

    private async ValueTask AbortAsync(string key, IStoreUpload upload)
    {
        using var limit = new CancellationTokenSource(AbortLimit, time);
        try
        {
            await requests.RunAsync(
                StoreAction.Write, key, 0,
                async token =>
                {
                    await upload.AbortAsync(token);
                    return true;
                },
                limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The first failure is the one to report. The store's own rule for unfinished uploads removes the parts (docs/operating/object-stores.md).
        }
    }

    private int PartBytes(long bytes)
    {
        var least = (bytes + protocol.MaxParts - 1) / protocol.MaxParts;
        var rounded = (Math.Max(protocol.PartBytes, least) + PartGranule - 1) / PartGranule * PartGranule;
        return (int)Math.Min(rounded, Array.MaxLength);
    }

    private static async ValueTask<Part> ReadAsync(Stream content, int bytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, bytes), bytes, throwOnEndOfStream: false, cancellationToken);
            return new Part(buffer.AsMemory(0, read), buffer, read < bytes);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <param name="Rented">Goes back to the pool once the part is sent; null where the caller owns the bytes.</param>
    private readonly record struct Part(ReadOnlyMemory<byte> Content, byte[]? Rented, bool IsLast)
    {
        public void Return()
        {
            if (Rented is not null) ArrayPool<byte>.Shared.Return(Rented);
        }
    }
}
