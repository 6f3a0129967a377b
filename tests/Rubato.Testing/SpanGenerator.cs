using System.Globalization;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Testing;

/// <summary>
/// Random spans of every shape that OTLP allows, from a seed: all value types, one key with several types, keys twice on a
/// row, empty and unicode text, ids with a zero half, duplicates, a trace in many batches, events and links.
/// </summary>
public sealed class SpanGenerator(int seed)
{
    private const ulong Epoch = 1_760_000_000_000_000_000;

    private static readonly string[] Texts = ["", "a", "GET", "größer", "日本語", "line\nbreak", "\"quoted\"", "emoji 🎻", "x\0y", new string('z', 300)];

    private readonly Random _random = new(seed);
    private readonly List<TraceId> _traces = [];
    private readonly List<(TraceId Trace, SpanId Span, int Kind)> _spans = [];

    /// <summary>Different attribute keys of spans; more than a builder's column limit fill the overflow.</summary>
    public int KeyCount { get; init; } = 30;

    /// <summary>How many traces a batch begins; the others continue.</summary>
    public double NewTraceShare { get; init; } = 0.25;

    public double DuplicateShare { get; init; } = 0.02;

    /// <summary>A row may have a key twice: the second one goes to the overflow.</summary>
    public bool RepeatsKeys { get; init; } = true;

    /// <summary>The share of trace ids with a zero half, as senders of 64-bit ids make them; as large a share has the other half zero.</summary>
    public double HalfIdShare { get; init; } = 0.2;

    public SpanBatch Batch(int spanCount, BatchLimits? limits = null)
    {
        var builder = new SpanBatchBuilder(limits);
        Fill(builder, spanCount);
        return builder.Snapshot();
    }

    public List<SpanBatch> Batches(int count, int spansEach, BatchLimits? limits = null)
    {
        var batches = new List<SpanBatch>();
        for (var i = 0; i < count; i++) batches.Add(Batch(spansEach, limits));
        return batches;
    }

    public void Fill(SpanBatchBuilder builder, int spanCount)
    {
        for (var i = 0; i < spanCount; i++) AddSpan(builder);
    }

    private void AddSpan(SpanBatchBuilder builder)
    {
        var resource = AddResource(builder);
        var scope = AddScope(builder);
        var (trace, id, kind) = NextSpan();
        var start = _random.Next(50) == 0 ? (ulong)_random.NextInt64() : Epoch + (ulong)_random.NextInt64(3_600_000_000_000);
        var row = builder.AddSpan(
            new SpanHeader
            {
                TraceId = trace,
                SpanId = id,
                ParentSpanId = NextParent(trace, id),
                Name = Encoding.UTF8.GetBytes(_random.Next(4) == 0 ? Text() : "operation-" + _random.Next(20)),
                Kind = kind,
                StatusCode = _random.Next(3),
                StatusMessage = Encoding.UTF8.GetBytes(_random.Next(10) == 0 ? Text() : ""),
                StartUnixNano = start,
                // One in 20 ends before it starts.
                EndUnixNano = _random.Next(20) == 0 ? start - 5 : start + (ulong)_random.NextInt64(2_000_000_000),
                TraceState = _random.Next(10) == 0 ? "k=v,t=1"u8 : default,
                Flags = _random.Next(3) == 0 ? uint.MaxValue : 0,
                DroppedAttributesCount = (uint)(_random.Next(20) == 0 ? _random.Next(9) : 0),
                DroppedEventsCount = (uint)(_random.Next(20) == 0 ? _random.Next(9) : 0),
                DroppedLinksCount = (uint)(_random.Next(20) == 0 ? _random.Next(9) : 0),
            },
            resource,
            scope);
        AddAttributes(builder, AttributeOwner.Span, row, _random.Next(8), KeyCount);
        for (var n = _random.Next(6) - 3; n > 0; n--)
        {
            var child = builder.AddEvent(start + (ulong)n, Encoding.UTF8.GetBytes(_random.Next(2) == 0 ? "exception" : Text()), (uint)_random.Next(2));
            AddAttributes(builder, AttributeOwner.Event, child, _random.Next(4), 6);
        }

        for (var n = _random.Next(8) - 5; n > 0; n--) AddLink(builder, trace);
    }

    private void AddLink(SpanBatchBuilder builder, TraceId trace)
    {
        // Senders put ids of any length into links.
        var linked = _random.Next(4) == 0 ? RandomBytes(_random.Next(20)) : _random.Next(2) == 0 ? trace.ToByteArray() : RandomBytes(16);
        var link = builder.AddLink(linked, RandomBytes(_random.Next(4) == 0 ? 0 : 8), Encoding.UTF8.GetBytes(_random.Next(3) == 0 ? "a=b" : ""), (uint)_random.Next(3), (uint)_random.Next(2));
        if (_random.Next(4) == 0) builder.AddString(AttributeOwner.Link, link, "opentracing.ref_type"u8, _random.Next(2) == 0 ? "child_of"u8 : "follows_from"u8);
        AddAttributes(builder, AttributeOwner.Link, link, _random.Next(3), 4);
    }

    private (TraceId Trace, SpanId Span, int Kind) NextSpan()
    {
        if (_spans.Count > 0 && _random.NextDouble() < DuplicateShare) return _spans[_random.Next(_spans.Count)];
        if (_traces.Count == 0 || _random.NextDouble() < NewTraceShare)
        {
            var high = _random.NextDouble() < HalfIdShare ? 0UL : (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
            var low = _random.NextDouble() < HalfIdShare && high != 0 ? 0UL : (ulong)_random.NextInt64(1, long.MaxValue);
            _traces.Add(new TraceId(high, low));
        }

        // Some ids come twice in a trace with different kinds, as Zipkin's client and server sides do.
        var trace = _traces[_random.Next(_traces.Count)];
        var id = new SpanId((ulong)_random.NextInt64(1, _random.Next(3) == 0 ? 50 : long.MaxValue));
        var span = (trace, id, _random.Next(6));
        _spans.Add(span);
        return span;
    }

    private SpanId NextParent(TraceId trace, SpanId self)
    {
        if (_random.Next(3) == 0) return default;
        for (var i = 0; i < 20; i++)
        {
            var other = _spans[_random.Next(_spans.Count)];
            if (other.Trace == trace && other.Span != self) return other.Span;
        }

        return _random.Next(2) == 0 ? default : new SpanId((ulong)_random.NextInt64(1, long.MaxValue));
    }

    private int AddResource(SpanBatchBuilder builder)
    {
        var number = _random.Next(6);
        var row = builder.GetOrAddResource(Encoding.UTF8.GetBytes("r" + number), out var added);
        if (!added) return row;
        if (number != 0)
        {
            builder.AddString(AttributeOwner.Resource, row, "service.name"u8, Encoding.UTF8.GetBytes("service-" + number));
            AddAttributes(builder, AttributeOwner.Resource, row, 4, 8);
        }

        builder.SetResourceFields(row, (uint)(number % 3), number == 2 ? "https://schema/1"u8 : default);
        return row;
    }

    private int AddScope(SpanBatchBuilder builder)
    {
        var number = _random.Next(4);
        var row = builder.GetOrAddScope(Encoding.UTF8.GetBytes("s" + number), out var added);
        if (!added) return row;
        if (number > 1) AddAttributes(builder, AttributeOwner.Scope, row, 2, 3);
        builder.SetScopeFields(row, Encoding.UTF8.GetBytes(number == 0 ? "" : "scope-" + number), number == 1 ? "1.2.3"u8 : default, (uint)(number / 3), number == 3 ? "https://schema/2"u8 : default);
        return row;
    }

    private void AddAttributes(SpanBatchBuilder builder, AttributeOwner owner, int row, int count, int keys)
    {
        for (var i = 0; i < count; i++)
        {
            var number = RepeatsKeys ? _random.Next(keys) : i % keys;
            var key = Encoding.UTF8.GetBytes(number == 0 ? "" : number == 1 ? "Schlüssel" : "key." + number.ToString(CultureInfo.InvariantCulture));
            switch (_random.Next(number % 3 == 0 ? 6 : 1))
            {
                case 0:
                    builder.AddString(owner, row, key, Encoding.UTF8.GetBytes(_random.Next(2) == 0 ? Text() : "value-" + _random.Next()));
                    break;
                case 1:
                    builder.AddInt64(owner, row, key, _random.Next(3) == 0 ? long.MinValue + _random.Next(3) : _random.Next(-5, 500));
                    break;
                case 2:
                    builder.AddDouble(owner, row, key, _random.Next(4) == 0 ? double.NaN : _random.Next(4) == 0 ? -0.0 : _random.NextDouble());
                    break;
                case 3:
                    builder.AddBool(owner, row, key, _random.Next(2) == 0);
                    break;
                default:
                    builder.AddAny(owner, row, key, AnyValue());
                    break;
            }
        }
    }

    // AnyValue messages: empty, bytes_value, array_value of two strings.
    private byte[] AnyValue() => _random.Next(3) switch
    {
        0 => [],
        1 => [0x3A, 2, 0, (byte)_random.Next(256)],
        _ => [0x2A, 10, 0x0A, 3, 0x0A, 1, (byte)('a' + _random.Next(4)), 0x0A, 3, 0x0A, 1, (byte)'z'],
    };

    private string Text() => Texts[_random.Next(Texts.Length)];

    private byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
