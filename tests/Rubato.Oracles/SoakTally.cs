using Rubato.Commands.Load;
using Rubato.Model.Spans;

namespace Rubato.Oracles;

/// <summary>
/// What was sent, and how often each span was met. A span is a bit of its trace's 64: no trace of the load has more spans than
/// <see cref="LoadTracePlanner.MaxSpansPerTrace"/>. About 40 bytes a trace, so 3 million traces fit into little memory.
/// </summary>
internal sealed class SoakTally
{
    private readonly Dictionary<TraceId, int> _places = [];
    private readonly List<Entry> _traces = [];

    public long AcknowledgedSpans { get; private set; }

    public long FoundSpans { get; private set; }

    public long DoubledSpans { get; private set; }

    public long UnknownSpans { get; private set; }

    public long MissingSpans { get; private set; }

    /// <summary>Spans of requests that got no answer and are there all the same.</summary>
    public long UnacknowledgedFound { get; private set; }

    /// <summary>The first few of each kind, for whoever looks for the reason.</summary>
    public List<string> Examples { get; } = [];

    public bool IsGood => DoubledSpans == 0 && UnknownSpans == 0 && MissingSpans == 0;

    public void Add(SoakLoad load)
    {
        var shape = load.Shape();
        var acknowledged = File.Exists(load.AckFile) ? AckFile.Read(load.AckFile).Select(line => line.FirstTrace).ToHashSet() : [];
        var requests = shape.RequestsFor(load.Spans);
        for (long r = 0; r < requests; r++)
        {
            var request = shape.Request(r);
            var isAcknowledged = acknowledged.Contains(request.FirstTrace);
            if (isAcknowledged) AcknowledgedSpans += request.SpanCount;
            for (var number = request.FirstTrace; number <= request.LastTrace; number++)
            {
                var key = LoadValues.TraceKey(load.Seed, number);
                var (high, low) = LoadValues.TraceId(key);
                _places.Add(new TraceId(high, low), _traces.Count);
                _traces.Add(new Entry(key, 0, (byte)shape.Trace(number).Spans.Count, isAcknowledged));
            }
        }
    }

    public void Found(TraceId trace, SpanId span, string where)
    {
        FoundSpans++;
        if (!_places.TryGetValue(trace, out var place))
        {
            UnknownSpans++;
            Note($"trace {trace} in {where} was never sent");
            return;
        }

        var entry = _traces[place];
        var index = 0;
        while (index < entry.Spans && LoadValues.SpanId(entry.Key, index) != span.Value) index++;
        var bit = 1UL << index;
        if (index == entry.Spans)
        {
            UnknownSpans++;
            Note($"span {span} of trace {trace} in {where} was never sent");
        }
        else if ((entry.Seen & bit) != 0)
        {
            DoubledSpans++;
            Note($"span {span} of trace {trace} comes again in {where}");
        }
        else
        {
            _traces[place] = entry with { Seen = entry.Seen | bit };
        }
    }

    public void Close()
    {
        foreach (var (trace, place) in _places)
        {
            var entry = _traces[place];
            var seen = System.Numerics.BitOperations.PopCount(entry.Seen);
            if (!entry.IsAcknowledged)
            {
                UnacknowledgedFound += seen;
                continue;
            }

            MissingSpans += entry.Spans - seen;
            if (seen < entry.Spans) Note($"trace {trace} was acknowledged with {entry.Spans} spans; {seen} are there");
        }
    }

    private void Note(string example)
    {
        if (Examples.Count < 20) Examples.Add(example);
    }

    private readonly record struct Entry(ulong Key, ulong Seen, byte Spans, bool IsAcknowledged);
}
