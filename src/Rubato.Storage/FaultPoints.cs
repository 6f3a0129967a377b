using System.Diagnostics;

namespace Rubato.Storage;

/// <summary>
/// Named moments at which a test kills the process (SIGKILL), to see what survives: set RUBATO_FAULT_POINT to one of the
/// names. Costs one null check where it is not set.
/// </summary>
public static class FaultPoints
{
    public const string AfterWalAppend = "wal-appended";
    public const string CutBegins = "cut-begins";
    public const string BlockDataWritten = "block-data-written";
    public const string BlockIndexWritten = "block-index-written";
    public const string BlockCarriedWritten = "block-carried-written";
    public const string BlockCommitted = "block-committed";
    public const string BlockPublished = "block-published";
    public const string WalTrimmed = "wal-trimmed";
    public const string CompactionClaimed = "compaction-claimed";
    public const string CompactionDataWritten = "compaction-data-written";
    public const string CompactionWritten = "compaction-written";
    public const string CompactionCommitted = "compaction-committed";
    public const string CompactionPublished = "compaction-published";
    public const string CompactionInputMarked = "compaction-input-marked";
    public const string CompactionMarked = "compaction-marked";

    private static readonly string? Armed = Environment.GetEnvironmentVariable("RUBATO_FAULT_POINT");

    public static IReadOnlyList<string> Names { get; } =
        [AfterWalAppend, CutBegins, BlockDataWritten, BlockIndexWritten, BlockCarriedWritten, BlockCommitted, BlockPublished, WalTrimmed,
            CompactionClaimed, CompactionDataWritten, CompactionWritten, CompactionCommitted, CompactionPublished, CompactionInputMarked, CompactionMarked];

    public static void Reach(string name)
    {
        if (Armed is null || Armed != name) return;
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
