namespace Rubato.Configuration;

/// <summary>What was found while loading, in the order found.</summary>
internal sealed class ConfigProblems
{
    public List<ConfigProblem> Errors { get; } = [];

    public List<ConfigProblem> Warnings { get; } = [];

    /// <summary>Fine in a file that is only checked, but this version cannot run a server with it.</summary>
    public List<ConfigProblem> Refusals { get; } = [];
}
