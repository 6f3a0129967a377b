using Rubato.Configuration;

namespace Rubato.Commands;

/// <summary>The command line of the server, parsed.</summary>
internal sealed record ServerArguments
{
    public ConfigSource Config { get; init; } = new();

    /// <summary>Load, say what is wrong, start nothing.</summary>
    public bool Verify { get; init; }

    public bool Version { get; init; }

    public bool Help { get; init; }

    /// <summary>Ask a running server whether it is ready.</summary>
    public bool Health { get; init; }

    /// <summary>Where to ask; empty means the port of the configuration on this machine.</summary>
    public string HealthUrl { get; init; } = "";

    /// <summary>Start the server with a simulation that sends spans to it.</summary>
    public bool Demo { get; init; }

    /// <summary>Flags of Tempo that mean nothing here.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
