using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.Verification;

/// <summary>Reads every span of a block's row groups in order, and compares each trace's columns with what its spans say.</summary>
internal sealed class RowCheck(ProblemList problems)
{
    /// <summary>As plain objects, perhaps 3 KB each; a longer trace is read whole.</summary>
    private const int RowsAtOnce = 4096;

    private readonly NestedSets _sets = new();
    private readonly HashSet<(SpanId Id, SpanKind Kind, ulong Start)> _seen = [];
    private TraceId? _last;

    public long Spans { get; private set; }

    public long Traces { get; private set; }

    public int RowGroups { get; private set; }

    public ulong MinStart { get; private set; } = ulong.MaxValue;

    public ulong MaxEnd { get; private set; }

    public ulong MinTraceStart { get; private set; } = ulong.MaxValue;

    public ulong MaxTraceStart { get; private set; }

    /// <summary>All rows were read: the sums can be compared.</summary>
    public bool IsComplete { get; set; }

    public async Task CheckAsync(ISpanSegment segment, ScanContext context)
    {
        RowGroups++;
        // Checks the bounds of all columns' pages, which no reading of rows touches.
        await segment.FindRangesAsync(SpanColumn.StartUnixNano, AnyRange.Instance, context);
        var columns = await TraceColumns.ReadAsync(segment, context);
        for (var from = 0; from < segment.SpanCount;)
        {
            var to = columns.EndOfTraces(from, RowsAtOnce);
            var spans = await segment.ReadSpansAsync(RowSet.Range(from, to - from), context);
            for (var i = 0; i < spans.Count;)
            {
                var end = i + 1;
                while (end < spans.Count && spans[end].TraceId == spans[i].TraceId)
                    end++;
                CheckTrace(segment.Name, columns, from + i, [.. spans.Skip(i).Take(end - i)]);
                i = end;
            }

            from = to;
        }
    }

    private void CheckTrace(string segment, TraceColumns columns, int row, List<Span> spans)
    {
        var id = spans[0].TraceId;
        Spans += spans.Count;
        Traces++;
        if (_last is { } last && last.CompareTo(id) >= 0)
            Say(last == id ? "lies in two row groups" : $"comes after trace {last}: rows are not sorted");
        _last = id;
        if (id.IsZero)
            Say("is zero");

        _seen.Clear();
        _sets.Clear();
        ulong start = ulong.MaxValue, end = 0, before = 0;
        foreach (var span in spans)
        {
            if (span.SpanId.IsZero)
                Say("has a span without an id");
            if (!_seen.Add((span.SpanId, span.Kind, span.StartUnixNano)))
                Say($"has span {span.SpanId} twice");
            if (span.StartUnixNano < before)
                Say($"has span {span.SpanId} before one that starts earlier");
            before = span.StartUnixNano;
            start = Math.Min(start, span.StartUnixNano);
            end = Math.Max(end, Math.Max(span.StartUnixNano, span.EndUnixNano));
            _sets.Add(span.SpanId.Value, span.ParentSpanId.Value, (int)span.Kind, IsLinkedChild(span));
        }

        _sets.Number();
        MinStart = Math.Min(MinStart, start);
        MaxEnd = Math.Max(MaxEnd, end);
        MinTraceStart = Math.Min(MinTraceStart, start);
        MaxTraceStart = Math.Max(MaxTraceStart, start);
        var root = _sets.Root < 0 ? null : spans[_sets.Root];
        for (var i = 0; i < spans.Count; i++)
        {
            if (columns.Difference(row + i, start, end - start, root, _sets.Left[i], _sets.Right[i], _sets.Parent[i]) is { } column)
                Say($"has a wrong {column} in row {row + i}");
        }

        void Say(string what) => problems.Add($"{segment}: trace {id} {what}");
    }

    private sealed class AnyRange : IRangeTest
    {
        public static readonly AnyRange Instance = new();

        public bool MayHold(long min, long max) => true;

        public bool MayHold(double min, double max) => true;
    }

    /// <summary>spec: a link to the own trace with <c>opentracing.ref_type = child_of</c>.</summary>
    private static bool IsLinkedChild(Span span)
    {
        Span<byte> own = stackalloc byte[TraceId.Size];
        span.TraceId.Write(own);
        foreach (var link in span.Links)
        {
            if (link.TraceId.AsSpan().SequenceEqual(own) && link.Attributes.Any(a => a.Key == "opentracing.ref_type" && a.Value.Equals(AttributeValue.Of("child_of"))))
                return true;
        }

        return false;
    }
}
