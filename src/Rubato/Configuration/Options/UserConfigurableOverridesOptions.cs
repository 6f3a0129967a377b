namespace Rubato.Configuration.Options;

/// <summary><c>overrides.user_configurable_overrides</c>: the API <c>/api/overrides</c>. Its documents are in the store of the blocks, below <c>overrides/</c>.</summary>
internal sealed class UserConfigurableOverridesOptions
{
    public bool Enabled { get; init; }

    /// <summary>How often documents that another process wrote are looked for.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMinutes(1);

    public UserConfigurableOverridesApiOptions Api { get; init; } = new();
}
