namespace Rubato.Commands;

/// <summary>One flag of the server.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Path">The key that it sets; null for a flag that is not a key.</param>
/// <param name="IsBoolean">May be written without a value.</param>
/// <param name="IsIgnored">Known to Tempo, without meaning here.</param>
internal sealed record ServerFlag(string Name, string? Path, bool IsBoolean = false, bool IsIgnored = false);
