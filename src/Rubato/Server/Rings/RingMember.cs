namespace Rubato.Server.Rings;

/// <summary>A process in a ring, with the names that Tempo's pages have as JSON.</summary>
/// <param name="Id">The name of the machine.</param>
/// <param name="State">JOINING until its module runs, then ACTIVE, LEAVING once the process stops.</param>
/// <param name="Address">Where its gRPC port listens.</param>
/// <param name="Timestamp">The last sign of life: now, since the process itself answers.</param>
/// <param name="RegisteredTimestamp">When it started.</param>
internal sealed record RingMember(string Id, string State, string Address, DateTimeOffset Timestamp, DateTimeOffset RegisteredTimestamp)
{
    public string Zone => "";

    /// <summary>None: nothing is divided among several, so the one member has everything.</summary>
    public IReadOnlyList<uint> Tokens => [];
}
