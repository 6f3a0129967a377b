using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Explain;

/// <summary>What a query did with one segment. Filled by several threads while the query runs; read afterwards.</summary>
public sealed class SegmentExplanation
{
    private const int MaxNotes = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ColumnReading> _columns = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    internal SegmentExplanation(ISpanSegment segment) => Segment = segment;

    internal ISpanSegment Segment { get; }

    /// <summary>Block and row group, or "recent".</summary>
    public string Name => Segment.Name;

    public int SpanCount => Segment.SpanCount;

    public SegmentOutcome Outcome { get; private set; } = SegmentOutcome.Skipped;

    /// <summary>Why it was left out, or what its index told.</summary>
    public string Why { get; private set; } = "";

    public IReadOnlyList<ColumnReading> Columns
    {
        get
        {
            lock (_lock) return [.. _columns.Values.OrderByDescending(c => c.Bytes).ThenBy(c => c.Name, StringComparer.Ordinal)];
        }
    }

    internal void Add(ColumnReading reading)
    {
        lock (_lock) _columns[reading.Name] = _columns.TryGetValue(reading.Name, out var before) ? before + reading : reading;
    }

    /// <summary>What the index knew. The same twice counts once; of very many the first ones are kept.</summary>
    internal void Note(string note)
    {
        lock (_lock)
        {
            if (_notes.Count < MaxNotes && !_notes.Contains(note)) _notes.Add(note);
        }
    }

    internal void Conclude(SegmentOutcome outcome, string why)
    {
        lock (_lock)
        {
            Outcome = outcome == SegmentOutcome.Read && _columns.Count == 0 ? SegmentOutcome.RuledOut : outcome;
            Why = string.Join("; ", why.Length > 0 ? [why, .. _notes] : _notes);
        }
    }
}
