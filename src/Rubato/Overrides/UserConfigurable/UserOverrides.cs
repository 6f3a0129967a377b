using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rubato.Configuration.Schema;
using Rubato.Model.Tenants;
using Rubato.Storage.ObjectStores;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>
/// The documents that tenants set for themselves, above the limits of the overrides file. One object for each tenant,
/// <c>overrides/&lt;tenant&gt;/overrides.json</c>; read again every period, and at once where the change was made.
/// </summary>
/// <remarks>
/// Changes and polls wait for each other. Between processes a creation is decided by the store; a replacement by the version that is read just before,
/// so that of two within the same milliseconds the later one may win: no store that we support offers more everywhere.
/// </remarks>
internal sealed partial class UserOverrides(
    ITenantLimits below, IObjectStore store, SchemaSection schema, IReadOnlyCollection<string> forwarders, TimeSpan pollInterval, TimeProvider time,
    ILogger<UserOverrides> log) : ITenantLimits, IDisposable
{
    private const string Folder = "overrides/";
    private const string Name = "/overrides.json";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<TenantId, Entry> _entries = [];

    /// <summary>Tenants that have a document.</summary>
    public IReadOnlyList<TenantId> Tenants => [.. _entries.Keys.Order()];

    /// <summary>No allocation for a tenant whose limits did not change since the last question.</summary>
    public TenantLimits For(TenantId tenant)
    {
        var limits = below.For(tenant);
        return _entries.TryGetValue(tenant, out var entry) ? entry.Over(limits) : limits;
    }

    /// <summary>The document in force here; null when there is none.</summary>
    public UserOverridesDocument? Find(TenantId tenant) => _entries.TryGetValue(tenant, out var entry) ? entry.Document : null;

    /// <summary>As it is in the store now.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task<UserOverridesDocument?> ReadAsync(TenantId tenant, CancellationToken cancellation)
    {
        try
        {
            var content = await store.GetAsync(KeyOf(tenant), cancellation);
            return UserOverridesDocument.TryParse(content, schema, forwarders: null, out var document, out var error)
                ? document
                : throw new InvalidDataException($"the stored overrides of {tenant} cannot be used: {error}");
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Replaces the document if its version is <paramref name="version"/>.</summary>
    public Task<UserOverridesResult> ReplaceAsync(TenantId tenant, byte[] json, string version, CancellationToken cancellation) =>
        InTurnAsync(() => PutAsync(tenant, json, version, cancellation), cancellation);

    /// <summary>Merges a patch (RFC 7396) into what is stored.</summary>
    public Task<UserOverridesResult> PatchAsync(TenantId tenant, byte[] patch, CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            var current = await ReadAsync(tenant, cancellation);
            if (!UserOverridesDocument.TryPatch(current?.Content, patch, out var patched, out var error))
                return new UserOverridesResult(UserOverridesOutcome.Invalid, null, error);
            var result = await PutAsync(tenant, patched, current?.Version ?? UserOverridesDocument.NoVersion, cancellation);
            return result.Outcome == UserOverridesOutcome.VersionMismatch
                ? new UserOverridesResult(UserOverridesOutcome.Conflict, null, "the overrides were changed at the same time; try again")
                : result;
        },
        cancellation);

    /// <summary>Removes the document if its version is <paramref name="version"/>.</summary>
    public Task<UserOverridesResult> DeleteAsync(TenantId tenant, string version, CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            if (await ReadAsync(tenant, cancellation) is not { } current || current.Version != version)
                return Mismatch;
            await store.DeleteAsync(KeyOf(tenant), cancellation);
            _entries.TryRemove(tenant, out _);
            return new UserOverridesResult(UserOverridesOutcome.Done, null);
        },
        cancellation);

    /// <summary>Looks at all documents every period until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(pollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                try
                {
                    await PollAsync(cancellation);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.PollFailed(log, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    /// <summary>One look. A document that cannot be read or used keeps what was in force.</summary>
    /// <exception cref="IOException">They cannot be listed.</exception>
    public Task PollAsync(CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            var gone = _entries.Keys.ToHashSet();
            await foreach (var info in store.ListAsync(Folder, cancellation))
            {
                if (!info.Key.EndsWith(Name, StringComparison.Ordinal) || info.Key.Length <= Folder.Length + Name.Length
                    || !TenantId.TryParse(info.Key.AsSpan(Folder.Length, info.Key.Length - Folder.Length - Name.Length), out var tenant))
                    continue;
                gone.Remove(tenant);
                if (!_entries.TryGetValue(tenant, out var entry) || entry.Info != info)
                    await RefreshAsync(tenant, info, cancellation);
            }

            foreach (var tenant in gone)
                _entries.TryRemove(tenant, out _);
            return true;
        },
        cancellation);

    public void Dispose() => _turn.Dispose();

    private static UserOverridesResult Mismatch => new(
        UserOverridesOutcome.VersionMismatch, null, "If-Match is not the version of the stored overrides; read them again");

    private static string KeyOf(TenantId tenant) => Folder + tenant.Value + Name;

    private async Task RefreshAsync(TenantId tenant, ObjectInfo info, CancellationToken cancellation)
    {
        try
        {
            if (await ReadAsync(tenant, cancellation) is { } document)
                _entries[tenant] = new Entry(document) { Info = info };
            else
                _entries.TryRemove(tenant, out _);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Log.Unusable(log, e, tenant.Value);
        }
    }

    private async Task<UserOverridesResult> PutAsync(TenantId tenant, byte[] json, string version, CancellationToken cancellation)
    {
        if (!UserOverridesDocument.TryParse(json, schema, forwarders, out var document, out var error))
            return new UserOverridesResult(UserOverridesOutcome.Invalid, null, error);
        var current = await ReadAsync(tenant, cancellation);
        if ((current?.Version ?? UserOverridesDocument.NoVersion) != version)
            return Mismatch;
        if (current is not null)
            await store.PutAsync(KeyOf(tenant), document.Content, cancellation);
        else if (!await store.TryCreateAsync(KeyOf(tenant), document.Content, cancellation))
            return Mismatch;
        _entries[tenant] = new Entry(document);
        return new UserOverridesResult(UserOverridesOutcome.Done, document);
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A document, and the limits that it made of those below when it was last asked.</summary>
    private sealed class Entry(UserOverridesDocument document)
    {
        private volatile Tuple<TenantLimits, TenantLimits>? _last;

        public UserOverridesDocument Document => document;

        /// <summary>Of the object that was read; unset for one that was written here.</summary>
        public ObjectInfo Info { get; init; }

        public TenantLimits Over(TenantLimits limits)
        {
            if (_last is { } last && ReferenceEquals(last.Item1, limits))
                return last.Item2;
            var merged = document.ApplyTo(limits);
            _last = Tuple.Create(limits, merged);
            return merged;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "user-configurable overrides cannot be listed, the last good ones stay")]
        public static partial void PollFailed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Error, "the user-configurable overrides of a tenant cannot be used, the last good ones stay tenant={Tenant}")]
        public static partial void Unusable(ILogger logger, Exception error, string tenant);
    }
}
