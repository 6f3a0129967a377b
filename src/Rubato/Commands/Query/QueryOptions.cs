namespace Rubato.Commands.Query;

/// <summary>What every <c>rubato query</c> sub-command takes.</summary>
internal sealed record QueryOptions
{
    public required Uri Address { get; init; }

    public string? OrgId { get; init; }

    public ConnectionSettings Connection { get; init; } = ConnectionSettings.None;

    public bool Json { get; init; }

    /// <summary>0: ask once and show the answer; else ask this often over one connection and report latencies.</summary>
    public int Repeat { get; init; }
}
