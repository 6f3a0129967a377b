using Rubato.Configuration.Options;
using Rubato.Overrides;

namespace Rubato.Configuration;

/// <summary>Rules over several values of <c>overrides</c>; those of limits hold for a tenant's entry too.</summary>
internal static class OverridesValidator
{
    private const string UserConfigurable = "overrides.user_configurable_overrides";

    /// <summary>What tells one store from another, by backend.</summary>
    private static readonly string[] Places =
    [
        "local.path", "s3.bucket", "s3.endpoint", "s3.prefix", "gcs.bucket_name", "gcs.prefix", "azure.container_name", "azure.storage_account_name", "azure.prefix",
    ];

    public static void Check(RubatoConfig config, ConfigValues values, Action<string, string> error, Action<string, string> warn)
    {
        if (config.Overrides.PerTenantOverridePeriod <= TimeSpan.Zero)
            error("overrides.per_tenant_override_period", "must be longer than 0");
        foreach (var (key, message) in TenantLimitRules.Broken(config.Overrides.Defaults))
            error($"overrides.defaults.{key}", message);

        var own = config.Overrides.UserConfigurableOverrides;
        if (!own.Enabled)
            return;
        if (own.PollInterval <= TimeSpan.Zero)
            error($"{UserConfigurable}.poll_interval", "must be longer than 0");
        CheckStore(config.Storage.Trace.Backend, values, warn);
    }

    /// <summary>Documents are in the store of the blocks: who names another one would look for them in vain.</summary>
    private static void CheckStore(string backend, ConfigValues values, Action<string, string> warn)
    {
        const string client = UserConfigurable + ".client.";
        if (values.TryGet(client + "backend", out var named) && named is string { Length: > 0 } other && other != backend)
        {
            warn(client + "backend", $"{other} is not used: user-configurable overrides are kept in the store of the blocks, which is storage.trace.backend: {backend}");
            return;
        }

        foreach (var place in Places.Where(place => place.StartsWith(backend + ".", StringComparison.Ordinal)))
        {
            if (values.TryGet(client + place, out var mine) && !(values.TryGet("storage.trace." + place, out var blocks) && Equals(mine, blocks)))
                warn(client + place, $"{mine} is not used: user-configurable overrides are kept in the store of the blocks, by storage.trace.{place}");
        }
    }
}
