namespace Rubato.Configuration;

/// <summary>A key set by a flag.</summary>
/// <param name="Flag">As written, for messages: <c>-server.http-listen-port</c>.</param>
/// <param name="Path">The key that it sets.</param>
internal readonly record struct ConfigSetting(string Flag, string Path, string Value);
