namespace Rubato.Overrides.UserConfigurable;

/// <summary>What lies in the store for a tenant. One that cannot be used still has a version, by which it can be replaced or removed.</summary>
/// <param name="Version">Of the bytes.</param>
/// <param name="Document">Null when they cannot be used.</param>
/// <param name="Problem">Why not.</param>
internal sealed record StoredUserOverrides(string Version, UserOverridesDocument? Document, string Problem = "");
