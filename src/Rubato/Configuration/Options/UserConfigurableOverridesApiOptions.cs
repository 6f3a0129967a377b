namespace Rubato.Configuration.Options;

/// <summary><c>overrides.user_configurable_overrides.api</c>.</summary>
internal sealed class UserConfigurableOverridesApiOptions
{
    /// <summary>Refuse a document for a tenant whose entry in the overrides file sets fields of the API, unless the request asks to skip this.</summary>
    public bool CheckForConflictingRuntimeOverrides { get; init; }
}
