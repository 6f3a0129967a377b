namespace Rubato.TraceQL.Execution.Search;

/// <summary>
/// Traces of one segment that may be in the answer, of which only their first row is known and a start that the true one does not exceed. Their ids are read when their
/// turn comes: ids fill pages of their own, and of 1,000 traces found an answer of 20 needs about 20. Taken newest first; 16 bytes each.
/// </summary>
internal sealed class LateTraces
{
    // The queue gives the smallest first.
    private readonly PriorityQueue<int, ulong> _rows = new();

    private LateTraces(IEnumerable<(int Row, ulong Order)> traces) => _rows.EnqueueRange(traces);

    public int Count => _rows.Count;

    /// <summary>The start of the newest; there must be one.</summary>
    public ulong NewestStart => _rows.TryPeek(out _, out var order) ? ulong.MaxValue - order : throw new InvalidOperationException("no trace is left");

    /// <summary>The first row of the newest.</summary>
    public int Take() => _rows.Dequeue();

    /// <summary>Collects them.</summary>
    public readonly struct Builder(int capacity)
    {
        private readonly List<(int Row, ulong Order)> _traces = new(capacity);

        /// <param name="row">The first row of a trace.</param>
        /// <param name="notAfter">The trace begins then, or earlier.</param>
        public void Add(int row, ulong notAfter) => _traces.Add((row, ulong.MaxValue - notAfter));

        public LateTraces? ToTraces() => _traces.Count == 0 ? null : new LateTraces(_traces);
    }
}

/// <summary>What a segment has that may be in the answer.</summary>
/// <param name="Traces">Those whose ids are known.</param>
/// <param name="Late">Others; null for none.</param>
internal readonly record struct FoundTraces(TraceList Traces, LateTraces? Late)
{
    public static FoundTraces None => new(TraceList.Empty, null);
}
