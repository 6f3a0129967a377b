using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Rubato.Commands.Load;

/// <summary>
/// The load of spec/load-shape.md as a function of (seed, request number): request r is template r % 64, patched with ids, times and
/// high-cardinality values that derive from (seed, trace number) alone. Immutable; any thread may write any request.
/// </summary>
/// <remarks>
/// A request costs one copy of its 170 KB template and ~10 small writes a span: the generator shares the machine with the server
/// that it measures, so its own time per span has to vanish beside the server's.
/// </remarks>
internal sealed class LoadShape
{
    public const int TemplateCount = 64;

    private static readonly uint[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    private readonly ulong _seed;
    private readonly long _startUnixNano;
    private readonly double _nanosPerSpan;
    private readonly LoadTemplate[] _templates;

    // Totals before each template of a round of 64, and of the whole round in the last place.
    private readonly int[] _tracesBefore = new int[TemplateCount + 1];
    private readonly int[] _spansBefore = new int[TemplateCount + 1];

    /// <param name="startUnixNano">Start of the first trace.</param>
    /// <param name="spansPerSecond">Spans per second of the spans' own time; what is sent in a second may differ.</param>
    public LoadShape(ulong seed, long startUnixNano, double spansPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spansPerSecond);
        _seed = seed;
        _startUnixNano = startUnixNano;
        _nanosPerSpan = 1e9 / spansPerSecond;
        var builder = new LoadTemplateBuilder(seed);
        _templates = [.. Enumerable.Range(0, TemplateCount).Select(builder.Build)];
        for (int i = 0; i < TemplateCount; i++)
        {
            _tracesBefore[i + 1] = _tracesBefore[i] + _templates[i].Traces.Length;
            _spansBefore[i + 1] = _spansBefore[i] + _templates[i].SpanCount;
        }

        MaxRequestBytes = _templates.Max(template => template.Bytes.Length);
    }

    public int MaxRequestBytes { get; }

    public LoadRequest Request(long number)
    {
        (long round, int template) = ((long, int))(number / TemplateCount, number % TemplateCount);
        return new LoadRequest(
            number,
            (round * _tracesBefore[TemplateCount]) + _tracesBefore[template],
            _templates[template].Traces.Length,
            (round * _spansBefore[TemplateCount]) + _spansBefore[template],
            _templates[template].SpanCount);
    }

    /// <summary>The fewest whole requests that carry at least <paramref name="spans"/>.</summary>
    public long RequestsFor(long spans)
    {
        long rounds = spans / _spansBefore[TemplateCount];
        int rest = (int)(spans % _spansBefore[TemplateCount]);
        int templates = Array.BinarySearch(_spansBefore, rest);
        return (rounds * TemplateCount) + (templates < 0 ? ~templates : templates);
    }

    /// <summary>Writes request <paramref name="number"/> as OTLP protobuf; returns its length, at most <see cref="MaxRequestBytes"/>.</summary>
    public int Write(long number, Span<byte> destination)
    {
        LoadTemplate template = _templates[number % TemplateCount];
        LoadRequest request = Request(number);
        template.Bytes.CopyTo(destination);
        for (int i = 0; i < template.Traces.Length; i++)
        {
            LoadTemplateTrace trace = template.Traces[i];
            Patch(destination, trace, request.FirstTrace + i, TraceStart(request.FirstSpan + trace.SpansBefore));
        }

        return template.Bytes.Length;
    }

    /// <summary>Computes a trace again from its number.</summary>
    public LoadTrace Trace(long number)
    {
        (long round, int inRound) = ((long, int))(number / _tracesBefore[TemplateCount], number % _tracesBefore[TemplateCount]);
        int found = Array.BinarySearch(_tracesBefore, inRound);
        int template = found < 0 ? ~found - 1 : found;
        LoadTemplateTrace trace = _templates[template].Traces[inRound - _tracesBefore[template]];
        long start = TraceStart((round * _spansBefore[TemplateCount]) + _spansBefore[template] + trace.SpansBefore);

        ulong key = LoadValues.TraceKey(_seed, number);
        (ulong high, ulong low) = LoadValues.TraceId(key);
        var spans = new LoadSpan[trace.Plans.Length];
        for (int i = 0; i < spans.Length; i++)
        {
            LoadSpanPlan plan = trace.Plans[i];
            (long delay, long duration) = LoadValues.Timing(key, i, plan.Parent < 0);
            long spanStart = plan.Parent < 0 ? start : spans[plan.Parent].StartUnixNano + delay;
            spans[i] = new LoadSpan(
                LoadValues.SpanId(key, i).ToString("x16", CultureInfo.InvariantCulture),
                plan.Parent < 0 ? "" : spans[plan.Parent].SpanId,
                LoadVocabulary.Services[plan.Service], plan.Name, plan.OtlpKind, plan.Failed, spanStart, spanStart + duration);
        }

        return new LoadTrace(number, string.Create(CultureInfo.InvariantCulture, $"{high:x16}{low:x16}"), spans);
    }

    private long TraceStart(long firstSpan) => _startUnixNano + (long)(firstSpan * _nanosPerSpan);

    private void Patch(Span<byte> bytes, LoadTemplateTrace trace, long number, long traceStart)
    {
        ulong key = LoadValues.TraceKey(_seed, number);
        (ulong high, ulong low) = LoadValues.TraceId(key);
        Span<long> starts = stackalloc long[LoadTracePlanner.MaxSpansPerTrace];
        Span<ulong> ids = stackalloc ulong[LoadTracePlanner.MaxSpansPerTrace];
        Span<byte> id = stackalloc byte[16];
        ReadOnlySpan<LoadSlots> slots = trace.Slots;
        ReadOnlySpan<int> parents = trace.Parents;
        for (int i = 0; i < slots.Length; i++)
        {
            ref readonly LoadSlots slot = ref slots[i];
            int parent = parents[i];
            BinaryPrimitives.WriteUInt64BigEndian(bytes[slot.TraceIdAt..], high);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[(slot.TraceIdAt + 8)..], low);
            ids[i] = LoadValues.SpanId(key, i);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[slot.SpanIdAt..], ids[i]);

            (long delay, long duration) = LoadValues.Timing(key, i, parent < 0);
            starts[i] = parent < 0 ? traceStart : starts[parent] + delay;
            BinaryPrimitives.WriteInt64LittleEndian(bytes[slot.StartAt..], starts[i]);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[slot.EndAt..], starts[i] + duration);
            if (parent >= 0)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes[slot.ParentIdAt..], ids[parent]);
            }

            (uint user, uint digits) = LoadValues.Numbers(key, i);
            WriteDigits(bytes.Slice(slot.UserAt, 6), LoadRandom.Below(1_000_000, user));
            if (slot.DigitsAt >= 0)
            {
                WriteDigits(bytes.Slice(slot.DigitsAt, slot.DigitCount), LoadRandom.Below(PowersOfTen[slot.DigitCount], digits));
            }

            if (slot.HexAt >= 0)
            {
                (ulong first, ulong second) = LoadValues.RequestId(key, i);
                BinaryPrimitives.WriteUInt64BigEndian(id, first);
                BinaryPrimitives.WriteUInt64BigEndian(id[8..], second);
                Convert.TryToHexStringLower(id, bytes.Slice(slot.HexAt, 32), out _);
            }

            if (slot.EventTimeAt >= 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes[slot.EventTimeAt..], starts[i] + (duration / 2));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteDigits(Span<byte> digits, uint value)
    {
        for (int i = digits.Length - 1; i >= 0; i--)
        {
            uint rest = value / 10;
            digits[i] = (byte)('0' + (value - (rest * 10)));
            value = rest;
        }
    }
}
