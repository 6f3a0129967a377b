namespace Rubato.Configuration;

/// <summary>What the command line says about the configuration.</summary>
internal sealed record ConfigSource
{
    /// <summary><c>-config.file</c>; null or empty means defaults and flags only.</summary>
    public string? Path { get; init; }

    /// <summary>The file's text where there is no file (tests); <see cref="Path"/> is then only its name.</summary>
    public string? Text { get; init; }

    /// <summary><c>-config.expand-env</c>.</summary>
    public EnvironmentExpansionMode ExpansionMode { get; init; }

    /// <summary><c>-config.strict</c>: false turns unknown keys into warnings.</summary>
    public bool IsStrict { get; init; } = true;

    /// <summary>Keys set by flags, in their order; the last one wins.</summary>
    public IReadOnlyList<ConfigSetting> Settings { get; init; } = [];
}
