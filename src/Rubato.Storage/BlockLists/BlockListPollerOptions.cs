namespace Rubato.Storage.BlockLists;

public sealed record BlockListPollerOptions
{
    /// <summary><c>storage.trace.blocklist_poll</c>.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>storage.trace.blocklist_poll_concurrency</c>: descriptions read at once.</summary>
    public int Concurrency { get; init; } = 50;

    /// <summary>A folder without rubato.json that is younger is an upload that still runs.</summary>
    public TimeSpan UploadGrace { get; init; } = TimeSpan.FromHours(1);
}
