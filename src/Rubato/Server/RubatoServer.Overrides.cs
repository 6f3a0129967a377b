using Rubato.Model.Tenants;
using Rubato.Overrides.UserConfigurable;

namespace Rubato.Server;

/// <summary>What tenants set for themselves, above the limits of the configuration and of the overrides file.</summary>
internal sealed partial class RubatoServer
{
    private UserOverrides? _userOverrides;

    /// <summary>The limits in force; complete once the store is open.</summary>
    private ITenantLimits Limits => _userOverrides is { } own ? own : _overrides;

    private async Task StartUserOverridesAsync(ServerStorage storage, CancellationToken cancellationToken)
    {
        var options = _config.Overrides.UserConfigurableOverrides;
        if (!options.Enabled) return;
        var own = new UserOverrides(
            _overrides, storage.Objects, _result.TenantSchema, _result.Forwarders, options.PollInterval, _time, _loggers.CreateLogger<UserOverrides>());
        try
        {
            await own.PollAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            own.Dispose();
            throw new StartException($"the user-configurable overrides cannot be listed: {e.Message}", e);
        }

        _userOverrides = own;
        _loops.Add(own.RunAsync(_loopsStop.Token));
    }

    private void MapUserOverrides(IEndpointRouteBuilder routes)
    {
        if (_userOverrides is null) return;
        var checks = _config.Overrides.UserConfigurableOverrides.Api.CheckForConflictingRuntimeOverrides;
        new UserOverridesRoutes(
            _userOverrides, _config.MultitenancyEnabled,
            checks ? tenant => UserOverridesFields.SetIn(_overrides.Snapshot.Entries.GetValueOrDefault(tenant.Value)) : null).Map(routes, _config.HttpApiPrefix);
    }

    /// <summary>The text of <c>/status/runtime_config</c>.</summary>
    private string RuntimeConfigText() => "---\n" + OverridesText.Of(_overrides.Snapshot)
        + (_userOverrides is null ? "" : OverridesText.Of(_userOverrides.Tenants.Select(tenant => KeyValuePair.Create(tenant, _userOverrides.For(tenant)))));
}
