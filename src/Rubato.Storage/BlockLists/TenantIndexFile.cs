using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.BlockLists;

/// <summary>A tenant's <see cref="TenantIndex"/> in the object store: read when many blocks are new, written when the blocks changed. One tenant, one poll at a time.</summary>
internal sealed partial class TenantIndexFile(TenantId tenant, IObjectStore store, BlockListPollerOptions options, TimeProvider time, ILogger logger)
{
    // Which blocks the object names, as far as known. Null: not known, or there is none.
    private ulong? _written;

    /// <summary>What the index knows of the blocks that are new to this process; empty where it cannot be used.</summary>
    /// <exception cref="IOException">It cannot be used, and <see cref="BlockListPollerOptions.Fallback"/> is off.</exception>
    public async Task<IReadOnlyDictionary<BlockId, TenantIndexEntry>> ReadAsync(ObjectInfo? listed, int newBlocks, CancellationToken cancellationToken)
    {
        if (!options.UseTenantIndex || newBlocks < options.IndexFromBlocks)
            return EmptyEntries;
        if (listed is not { } info)
            return Unusable("there is none");
        var age = time.GetUtcNow() - info.LastModified;
        StorageMetrics.TenantIndexAge.WithLabels(tenant.Value).Set(age.TotalSeconds);
        if (options.StaleTenantIndex > TimeSpan.Zero && age > options.StaleTenantIndex)
            return Unusable($"it is {age.TotalSeconds:F0} s old, more than blocklist_poll_stale_tenant_index");
        if (info.Length > TenantIndex.MaxBytes)
            return Unusable($"{info.Length} bytes are more than an index may have ({TenantIndex.MaxBytes})");
        try
        {
            if (!TenantIndex.TryDecode(await store.GetAsync(info.Key, cancellationToken), tenant, out var entries, out var error))
                return Unusable(error);
            _written = Fingerprint(entries.Keys);
            return entries;
        }
        catch (IOException e) when (options.Fallback)
        {
            return Unusable(e.Message);
        }
    }

    /// <summary>Writes it when other blocks are there than it names; removes it when it is not worth an object. A failure is counted and tried again at the next poll.</summary>
    public async Task WriteAsync(ObjectInfo? listed, IReadOnlyCollection<TenantIndexEntry> entries, CancellationToken cancellationToken)
    {
        var isWanted = options.UseTenantIndex && entries.Count >= options.IndexFromBlocks;
        StorageMetrics.TenantIndexBuilder.WithLabels(tenant.Value).Set(isWanted ? 1 : 0);
        var fingerprint = Fingerprint(entries.Select(entry => entry.Meta.BlockId));
        if (isWanted ? listed is not null && _written == fingerprint : listed is null)
            return;
        try
        {
            var key = TenantIndex.Key(tenant);
            _written = null;
            var bytes = isWanted ? TenantIndex.Encode(tenant, time.GetUtcNow(), entries) : null;
            if (bytes is null)
            {
                await store.DeleteAsync(key, cancellationToken);
                return;
            }

            await store.PutAsync(key, bytes, cancellationToken);
            _written = fingerprint;
            StorageMetrics.TenantIndexAge.WithLabels(tenant.Value).Set(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StorageMetrics.TenantIndexErrors.WithLabels(tenant.Value).Inc();
            Log.CannotWrite(logger, e, tenant.Value);
        }
    }

    private static Dictionary<BlockId, TenantIndexEntry> EmptyEntries { get; } = [];

    private Dictionary<BlockId, TenantIndexEntry> Unusable(string reason)
    {
        if (!options.Fallback)
            throw new IOException($"the tenant index {TenantIndex.Key(tenant)} cannot be used and blocklist_poll_fallback is false: {reason}");
        // A tenant's first index is not there yet: nothing to be told of.
        if (reason != "there is none")
        {
            StorageMetrics.TenantIndexErrors.WithLabels(tenant.Value).Inc();
            Log.Unusable(logger, tenant.Value, reason);
        }

        return EmptyEntries;
    }

    /// <summary>Of a set: the order does not matter. Ids are random enough to be added up.</summary>
    private static ulong Fingerprint(IEnumerable<BlockId> blocks)
    {
        Span<byte> bytes = stackalloc byte[16];
        var sum = 1ul;
        foreach (var block in blocks)
        {
            block.Value.TryWriteBytes(bytes, bigEndian: true, out _);
            sum += (BinaryPrimitives.ReadUInt64LittleEndian(bytes) * 0x9E3779B97F4A7C15) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        }

        return sum;
    }

    private static partial class Log
    {
        [LoggerMessage(35, LogLevel.Warning, "the tenant index is not used; descriptions are read one by one tenant={Tenant} reason={Reason}")]
        public static partial void Unusable(ILogger logger, string tenant, string reason);

        [LoggerMessage(36, LogLevel.Warning, "cannot write the tenant index, tried again at the next poll tenant={Tenant}")]
        public static partial void CannotWrite(ILogger logger, Exception e, string tenant);
    }
}
