using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Explain;

/// <summary>
/// Watches one query: time per step, and for each segment what was read of it or why it was left out. Hand it to the request and run the query
/// over the snapshot that <see cref="Watch"/> gives.
/// </summary>
public sealed class QueryExplanation(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<ExplainedStep> _steps = [];
    private SegmentExplanation[] _segments = [];

    /// <summary>In the order in which they first began.</summary>
    public IReadOnlyList<ExplainedStep> Steps
    {
        get
        {
            lock (_lock) return [.. _steps];
        }
    }

    /// <summary>In the order of the snapshot.</summary>
    public IReadOnlyList<SegmentExplanation> Segments => _segments;

    /// <summary>The same snapshot, watched. It belongs to the one given, which is to be disposed as before.</summary>
    public SpanSnapshot Watch(SpanSnapshot snapshot)
    {
        _segments = [.. snapshot.Segments.Select(s => new SegmentExplanation(s))];
        return new SpanSnapshot([.. _segments.Select(s => new WatchedSegment(s, time))], snapshot.Problems, snapshot.BlockCount, snapshot.BlockBytes)
        {
            BlocksOutOfRange = snapshot.BlocksOutOfRange,
        };
    }

    /// <summary>Measures a step until what is returned is disposed; several of one name add up.</summary>
    public IDisposable Step(string name) => new Measure(this, name, time.GetTimestamp());

    /// <summary>Says of each segment what became of it.</summary>
    internal void Conclude(SegmentSet segments, TraceQLQuery? query, Func<ISpanSegment, string> whySkipped)
    {
        for (var i = 0; i < _segments.Length; i++)
        {
            var segment = _segments[i];
            if (segments.DamageOf(i) is { } damage) segment.Conclude(SegmentOutcome.Failed, damage);
            else if (segments.IsScanned(i)) segment.Conclude(SegmentOutcome.Read, Lacks(segment.Segment, query));
            else segment.Conclude(SegmentOutcome.Skipped, whySkipped(segment.Segment));
        }
    }

    private static string Lacks(ISpanSegment segment, TraceQLQuery? query)
    {
        if (query is null) return "";
        var lacking = TraceQLWalker.DescendantsAndSelf(query).OfType<AttributeField>().Distinct()
            .Where(f => OwnersOf(f.Scope) is { Length: > 0 } owners && owners.All(o => !segment.HasOverflow(o) && !segment.Attributes.Any(a => a.Owner == o && a.Key == f.Name)))
            .Select(CanonicalText.Of).ToList();
        return lacking.Count == 0 ? "" : "no span of it has " + string.Join(", ", lacking);
    }

    private static AttributeOwner[] OwnersOf(AttributeScope scope) => scope switch
    {
        AttributeScope.Span => [AttributeOwner.Span],
        AttributeScope.Resource => [AttributeOwner.Resource],
        AttributeScope.Instrumentation => [AttributeOwner.Scope],
        AttributeScope.Event => [AttributeOwner.Event],
        AttributeScope.Link => [AttributeOwner.Link],
        AttributeScope.Unscoped => [AttributeOwner.Span, AttributeOwner.Resource],
        _ => [],
    };

    private void Add(string name, double milliseconds)
    {
        lock (_lock)
        {
            var at = _steps.FindIndex(s => s.Name == name);
            if (at < 0) _steps.Add(new ExplainedStep(name, 1, milliseconds));
            else _steps[at] = new ExplainedStep(name, _steps[at].Times + 1, _steps[at].Milliseconds + milliseconds);
        }
    }

    private sealed class Measure(QueryExplanation explanation, string name, long started) : IDisposable
    {
        public void Dispose() => explanation.Add(name, explanation.ElapsedMilliseconds(started));
    }

    private double ElapsedMilliseconds(long started) => time.GetElapsedTime(started).TotalMilliseconds;
}

/// <param name="Name">What was done.</param>
/// <param name="Times">How often.</param>
/// <param name="Milliseconds">In all, by the clock: several segments at once count once.</param>
public readonly record struct ExplainedStep(string Name, int Times, double Milliseconds);
