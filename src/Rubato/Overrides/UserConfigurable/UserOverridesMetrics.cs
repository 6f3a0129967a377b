using Prometheus;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>Reading documents from the store, in Tempo's names.</summary>
internal static class UserOverridesMetrics
{
    public static readonly Counter Lists = Metrics.CreateCounter(
        "tempo_overrides_user_configurable_overrides_list_total", "Listings of the tenants that have user-configurable overrides.");

    public static readonly Counter Fetches = Metrics.CreateCounter(
        "tempo_overrides_user_configurable_overrides_fetch_total", "Readings of a tenant's user-configurable overrides.", "tenant");

    public static readonly Counter FailedFetches = Metrics.CreateCounter(
        "tempo_overrides_user_configurable_overrides_fetch_failed_total", "Those that failed, or found what cannot be used.", "tenant");

    public static readonly Counter FailedReloads = Metrics.CreateCounter(
        "tempo_overrides_user_configurable_overrides_reload_failed_total", "Polls that could not list user-configurable overrides.");
}
