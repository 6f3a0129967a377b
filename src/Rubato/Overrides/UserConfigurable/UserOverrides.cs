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
    private const string Folder = TenantId.ReservedFolder + "/";
    private const string Name = "/overrides.json";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<TenantId, Entry> _entries = [];

    /// <summary>Objects that cannot be used, so that each is read and logged once and not at every poll. In turns only.</summary>
    private readonly Dictionary<TenantId, ObjectInfo> _unusable = [];

    /// <summary>Tenants that have a document.</summary>
    public IReadOnlyList<TenantId> Tenants => [.. _entries.Keys.Order()];

    /// <summary>No allocation for a tenant whose limits did not change since the last question.</summary>
    public TenantLimits For(TenantId tenant)
    {
        var limits = below.For(tenant);
        return _entries.TryGetValue(tenant, out var entry) ? entry.Over(limits) : limits;
    }

    /// <summary>What is in force here; null when there is none.</summary>
    public StoredUserOverrides? Find(TenantId tenant) => _entries.TryGetValue(tenant, out var entry) ? entry.Stored : null;

    /// <summary>As it is in the store now; null when there is nothing.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task<StoredUserOverrides?> ReadAsync(TenantId tenant, CancellationToken cancellation)
    {
        UserOverridesMetrics.Fetches.WithLabels(tenant.Value).Inc();
        try
        {
            var content = await store.GetAsync(KeyOf(tenant), cancellation);
            var version = UserOverridesDocument.VersionOf(content);
            if (UserOverridesDocument.TryParse(content, schema, forwarders: null, out var document, out var error))
                return new StoredUserOverrides(version, document);
            UserOverridesMetrics.FailedFetches.WithLabels(tenant.Value).Inc();
            return new StoredUserOverrides(
                version, null, $"the stored overrides of {tenant} cannot be used: {error}; POST or DELETE with If-Match: {version} replaces or removes them");
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            UserOverridesMetrics.FailedFetches.WithLabels(tenant.Value).Inc();
            throw;
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
            if (current is { Document: null })
                return new UserOverridesResult(UserOverridesOutcome.Unusable, null, current.Problem);
            if (!UserOverridesDocument.TryPatch(current?.Document, patch, out var patched, out var error))
                return new UserOverridesResult(UserOverridesOutcome.Invalid, null, error);
            var result = await PutAsync(tenant, patched, VersionOf(current), cancellation);
            return result.Outcome == UserOverridesOutcome.VersionMismatch
                ? new UserOverridesResult(UserOverridesOutcome.Conflict, null, "overrides have been modified during request processing, try again")
                : result;
        },
        cancellation);

    /// <summary>Removes the document if its version is <paramref name="version"/>.</summary>
    public Task<UserOverridesResult> DeleteAsync(TenantId tenant, string version, CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            if (await ReadAsync(tenant, cancellation) is not { } current)
                return new UserOverridesResult(UserOverridesOutcome.Missing, null);
            if (current.Version != version)
                return Mismatch(current, version);
            await store.DeleteAsync(KeyOf(tenant), cancellation);
            Forget(tenant);
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
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    // A store's own timeout is an OperationCanceledException too, and must not end the loop.
                    UserOverridesMetrics.FailedReloads.Inc();
                    Log.PollFailed(log, e);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>One look. A document that cannot be read or used keeps what was in force.</summary>
    /// <exception cref="IOException">They cannot be listed.</exception>
    public Task PollAsync(CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            UserOverridesMetrics.Lists.Inc();
            var gone = _entries.Keys.Concat(_unusable.Keys).ToHashSet();
            await foreach (var info in store.ListAsync(Folder, cancellation))
            {
                if (!TryParseKey(info.Key, out var tenant))
                    continue;
                gone.Remove(tenant);
                if (_unusable.TryGetValue(tenant, out var known) ? known != info : !_entries.TryGetValue(tenant, out var entry) || entry.Info != info)
                    await RefreshAsync(tenant, info, cancellation);
            }

            foreach (var tenant in gone)
                Forget(tenant);
            return true;
        },
        cancellation);

    public void Dispose() => _turn.Dispose();

    private static UserOverridesResult Mismatch(StoredUserOverrides? current, string version) => new(
        UserOverridesOutcome.VersionMismatch, null, $"version does not match: If-Match is {version}, the stored overrides have {VersionOf(current)}; read them again");

    private static string VersionOf(StoredUserOverrides? stored) => stored?.Version ?? UserOverridesDocument.NoVersion;

    private static string KeyOf(TenantId tenant) => Folder + tenant.Value + Name;

    private static bool TryParseKey(string key, out TenantId tenant)
    {
        tenant = default;
        return key.EndsWith(Name, StringComparison.Ordinal) && key.Length > Folder.Length + Name.Length
            && TenantId.TryParse(key.AsSpan(Folder.Length, key.Length - Folder.Length - Name.Length), out tenant);
    }

    /// <summary>Whatever is wrong with one tenant's document ends nothing for the others.</summary>
    private async Task RefreshAsync(TenantId tenant, ObjectInfo info, CancellationToken cancellation)
    {
        try
        {
            switch (await ReadAsync(tenant, cancellation))
            {
                case null:
                    Forget(tenant);
                    break;
                case { Document: { } document } stored:
                    _entries[tenant] = new Entry(stored, document) { Info = info };
                    _unusable.Remove(tenant);
                    break;
                case { Problem: var problem }:
                    _unusable[tenant] = info;
                    Log.Unusable(log, tenant.Value, problem);
                    break;
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Log.NotRead(log, e, tenant.Value);
        }
    }

    private async Task<UserOverridesResult> PutAsync(TenantId tenant, byte[] json, string version, CancellationToken cancellation)
    {
        if (!UserOverridesDocument.TryParse(json, schema, forwarders, out var document, out var error))
            return new UserOverridesResult(UserOverridesOutcome.Invalid, null, error);
        var current = await ReadAsync(tenant, cancellation);
        if (VersionOf(current) != version)
            return Mismatch(current, version);
        if (current is not null)
            await store.PutAsync(KeyOf(tenant), document.Content, cancellation);
        else if (!await store.TryCreateAsync(KeyOf(tenant), document.Content, cancellation))
            return new UserOverridesResult(UserOverridesOutcome.VersionMismatch, null, "version does not match: the overrides were created at the same time; read them again");
        var stored = new StoredUserOverrides(UserOverridesDocument.VersionOf(document.Content), document);
        _entries[tenant] = new Entry(stored, document);
        _unusable.Remove(tenant);
        return new UserOverridesResult(UserOverridesOutcome.Done, stored);
    }

    private void Forget(TenantId tenant)
    {
        _entries.TryRemove(tenant, out _);
        _unusable.Remove(tenant);
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
    private sealed class Entry(StoredUserOverrides stored, UserOverridesDocument document)
    {
        private volatile Tuple<TenantLimits, TenantLimits>? _last;

        public StoredUserOverrides Stored => stored;

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

        [LoggerMessage(2, LogLevel.Error, "user-configurable overrides cannot be used, the last good ones stay tenant={Tenant} problem={Problem}")]
        public static partial void Unusable(ILogger logger, string tenant, string problem);

        [LoggerMessage(3, LogLevel.Error, "user-configurable overrides cannot be read, the last good ones stay tenant={Tenant}")]
        public static partial void NotRead(ILogger logger, Exception error, string tenant);
    }
}
