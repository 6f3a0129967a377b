using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Rubato.Configuration;
using Rubato.Configuration.Options;
using Rubato.Model.Tenants;
using Rubato.Server;

namespace Rubato.Overrides;

/// <summary>
/// The limits in force: defaults and the per-tenant file, read again every period. A file that cannot be used changes
/// nothing; the last good one stays.
/// </summary>
/// <remarks>Reading is one volatile load and one look-up. Only <see cref="RunAsync"/> writes.</remarks>
internal sealed partial class TenantOverrides : ITenantLimits
{
    private readonly ConfigResult _config;
    private readonly TimeProvider _time;
    private readonly ILogger<TenantOverrides> _log;
    private volatile TenantOverridesSnapshot _snapshot;
    private byte[] _fingerprint = [];
    private bool _wasGood = true;

    /// <summary>Without a file, or before <see cref="Load"/>: everybody has the defaults.</summary>
    public TenantOverrides(ConfigResult config, TimeProvider time, ILogger<TenantOverrides> log)
    {
        _config = config;
        _time = time;
        _log = log;
        _snapshot = TenantOverridesSnapshot.Empty(Options.Defaults);
        TenantOverridesMetrics.ShowDefaults(Options.Defaults);
    }

    public TenantOverridesSnapshot Snapshot => _snapshot;

    /// <summary>Whether the last reading of the file succeeded: <c>tempo_runtime_config_last_reload_successful</c>.</summary>
    public bool LastReloadSucceeded => Volatile.Read(ref _wasGood);

    /// <summary>SHA-256 of the file in force, in hex; empty without one: <c>tempo_runtime_config_hash</c>.</summary>
    public string Hash => Convert.ToHexStringLower(_fingerprint);

    private OverridesOptions Options => _config.Config.Overrides;

    public TenantLimits For(TenantId tenant) => _snapshot.For(tenant);

    /// <summary>The text of <c>/status/runtime_config</c>; null for a <c>?mode=</c> that does not exist.</summary>
    public string? Print(string? mode) =>
        mode is null or "" or "diff" ? _config.Printer.Runtime(_snapshot.Entries, onlyChanged: mode == "diff") : null;

    /// <summary>First reading. Errors are fatal at start: a server without its limits is not the one that was asked for.</summary>
    public IReadOnlyList<ConfigProblem> Load()
    {
        if (Options.PerTenantOverrideConfig.Length == 0)
            return [];

        _fingerprint = Fingerprint();
        return Read();
    }

    /// <summary>Looks at the file every period until cancelled. Does nothing where there is no file.</summary>
    public Task RunAsync(CancellationToken cancellation) => Options.PerTenantOverrideConfig.Length == 0
        ? Task.CompletedTask
        : Periodically.RunAsync(Options.PerTenantOverridePeriod, _time, Reload, cancellation);

    /// <summary>One look at the file; on the loop only.</summary>
    internal void Reload()
    {
        var fingerprint = Fingerprint();
        if (LastReloadSucceeded && fingerprint.AsSpan().SequenceEqual(_fingerprint))
            return;

        _fingerprint = fingerprint;
        var wasGood = LastReloadSucceeded;
        var errors = Read();
        if (errors.Count == 0)
            Log.Reloaded(_log, Options.PerTenantOverrideConfig, _snapshot.Tenants.Count);
        else if (wasGood)
            Log.ReloadFailed(_log, errors[0].ToString(), errors.Count);
    }

    private IReadOnlyList<ConfigProblem> Read()
    {
        var result = TenantOverridesFile.Load(Options.PerTenantOverrideConfig, _config);
        Volatile.Write(ref _wasGood, result.Errors.Count == 0);
        TenantOverridesMetrics.LastReloadSuccessful.Set(result.Errors.Count == 0 ? 1 : 0);
        if (result.Errors.Count > 0)
            return result.Errors;

        foreach (var warning in result.Warnings)
            Log.Warning(_log, warning.ToString());
        _snapshot = result.Snapshot;
        TenantOverridesMetrics.Show(Hash, result.Snapshot);
        return [];
    }

    /// <summary>Of the content, not of its time: a file replaced by the same one is no change. Empty when it cannot be read.</summary>
    private byte[] Fingerprint()
    {
        try
        {
            using var file = File.OpenRead(Options.PerTenantOverrideConfig);
            return SHA256.HashData(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "overrides loaded from {File} for {Tenants} tenants")]
        public static partial void Reloaded(ILogger logger, string file, int tenants);

        [LoggerMessage(2, LogLevel.Error, "overrides cannot be used, the last good ones stay: {Problem} ({Problems} in all)")]
        public static partial void ReloadFailed(ILogger logger, string problem, int problems);

        [LoggerMessage(3, LogLevel.Warning, "overrides: {Problem}")]
        public static partial void Warning(ILogger logger, string problem);
    }
}
