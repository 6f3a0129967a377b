namespace Rubato.TraceQL.Execution;

/// <summary>How complete an answer is, and what was looked at for it. Blocks are those of the tenant; a block may be inspected in part.</summary>
public sealed record QueryReceipt
{
    public static QueryReceipt Empty { get; } = new();

    /// <summary>Nothing that belongs into the answer is missing.</summary>
    public bool IsComplete => Failures.Count == 0;

    /// <summary>
    /// A result newer than the oldest of the answer may be missing: what could not be read may hold it. Never so where the answer is complete, since
    /// results are newest first without exception.
    /// </summary>
    public bool MayLackNewer { get; init; }

    /// <summary>Blocks of which anything was scanned.</summary>
    public int BlocksInspected { get; init; }

    /// <summary>Blocks left out because nothing in them can belong into the answer: by their time range, or because the answer was full.</summary>
    public int BlocksSkipped { get; init; }

    public long SpansInspected { get; init; }

    /// <summary>Spans of the segments that were left out; those of blocks outside the time range are not counted.</summary>
    public long SpansSkipped { get; init; }

    /// <summary>Bytes read, of recent data those of the columns looked at.</summary>
    public long BytesInspected { get; init; }

    /// <summary>Bytes of the blocks in the time range that were not read.</summary>
    public long BytesSkipped { get; init; }

    /// <summary>What could not be read, for people: a line for each block or part of one.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}
