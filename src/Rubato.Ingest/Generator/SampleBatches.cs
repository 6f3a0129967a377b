using System.Runtime.InteropServices;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Snappier;

namespace Rubato.Ingest.Generator;

/// <summary>One request body of a collection.</summary>
/// <param name="Body">A WriteRequest, compressed with snappy's block format.</param>
/// <param name="Samples">Samples and histograms in it.</param>
internal sealed record SampleBatch(byte[] Body, int Samples);

/// <summary>Writes the samples of a collection as request bodies of remote write 1.0 (field numbers: spec/wire-formats.md 7.1).</summary>
internal sealed class SampleBatches(int maxSamples, string traceIdLabel)
{
    private readonly ProtoWriter _writer = new(64 * 1024);
    private readonly List<SampleBatch> _done = [];
    private readonly Dictionary<(string Name, string Suffix), byte[]?> _names = [];
    private readonly Dictionary<double[], byte[][]?> _bounds = [];
    private byte[] _compressed = [];
    private int _samples;

    public IReadOnlyList<SampleBatch> Complete()
    {
        Cut();
        return _done;
    }

    /// <summary>What a metric is; said once in a while, for those who list metrics.</summary>
    public void Describe(string name, int type, string help)
    {
        var start = _writer.BeginMessage(3);
        _writer.WriteVarint(1, (ulong)type);
        _writer.WriteString(2, name);
        _writer.WriteString(4, help);
        _writer.EndMessage(start);
    }

    /// <param name="name">The metric.</param>
    /// <param name="labels">Without name and le.</param>
    /// <param name="value">The sample.</param>
    /// <param name="nowMs">Its time.</param>
    /// <param name="zeroMs">Time of a 0 before it; 0 for none.</param>
    /// <param name="exemplar">Zero trace id for none.</param>
    public void Add(string name, SeriesLabels labels, double value, long nowMs, long zeroMs, Exemplar exemplar) =>
        Add(NameLabel(name), labels, [], value, nowMs, zeroMs, exemplar);

    public void Add(string name, SeriesLabels labels, Histogram histogram, long nowMs, long zeroMs)
    {
        if (histogram.IsClassic)
        {
            var cumulative = 0.0;
            var bucket = NameLabel(name, "_bucket");
            var bounds = BoundLabels(histogram.Bounds);
            for (var b = 0; b < histogram.Counts.Length; b++)
            {
                cumulative += histogram.Counts[b];
                Add(bucket, labels, bounds[b], cumulative, nowMs, zeroMs, histogram.ExemplarOf(b));
            }

            Add(NameLabel(name, "_count"), labels, [], histogram.Count, nowMs, zeroMs, default);
            Add(NameLabel(name, "_sum"), labels, [], histogram.Sum, nowMs, 0, default);
        }

        if (histogram.Native is { } native) AddNative(name, labels, native, histogram, nowMs);
    }

    private void Add(ReadOnlySpan<byte> name, SeriesLabels labels, ReadOnlySpan<byte> le, double value, long nowMs, long zeroMs, Exemplar exemplar)
    {
        var start = _writer.BeginMessage(1);
        WriteLabels(name, labels, le);
        if (zeroMs > 0) WriteSample(0, zeroMs);
        WriteSample(value, nowMs);
        WriteExemplar(exemplar, nowMs);
        _writer.EndMessage(start);
        Count(zeroMs > 0 ? 2 : 1);
    }

    private void AddNative(string name, SeriesLabels labels, NativeHistogram native, Histogram histogram, long nowMs)
    {
        var start = _writer.BeginMessage(1);
        WriteLabels(NameLabel(name), labels, []);
        for (var b = 0; b < histogram.Counts.Length; b++) WriteExemplar(histogram.ExemplarOf(b), nowMs);
        var body = _writer.BeginMessage(4);
        _writer.WriteVarint(1, (ulong)native.Count);
        _writer.WriteFixed64(3, BitConverter.DoubleToUInt64Bits(native.Sum));
        _writer.WriteVarint(4, ZigZag(native.Schema));
        _writer.WriteFixed64(5, BitConverter.DoubleToUInt64Bits(NativeHistogram.ZeroThreshold));
        _writer.WriteVarint(6, (ulong)native.ZeroCount);
        var deltas = new ProtoWriter(256);
        int? last = null;
        var (spanOffset, spanLength, count) = (0, 0, 0L);
        foreach (var (index, bucket) in native.Buckets)
        {
            if (last != index - 1)
            {
                WriteSpan(spanOffset, spanLength);
                (spanOffset, spanLength) = (last is null ? index : index - last.Value - 1, 0);
            }

            spanLength++;
            last = index;
            deltas.WriteVarint(1, ZigZag(bucket - count));
            count = bucket;
        }

        WriteSpan(spanOffset, spanLength);
        WritePacked(12, deltas.Written);
        _writer.WriteVarint(15, (ulong)nowMs);
        _writer.EndMessage(body);
        _writer.EndMessage(start);
        Count(1);
    }

    private void WriteSpan(int offset, int length)
    {
        if (length == 0) return;
        var span = _writer.BeginMessage(11);
        _writer.WriteVarint(1, ZigZag(offset));
        _writer.WriteVarint(2, (ulong)length);
        _writer.EndMessage(span);
    }

    /// <summary>A packed field out of varints that were each written with a tag of one byte (field 1).</summary>
    private void WritePacked(int field, ReadOnlySpan<byte> tagged)
    {
        if (tagged.Length == 0) return;
        var packed = new List<byte>(tagged.Length);
        for (var i = 0; i < tagged.Length;)
        {
            i++;
            while (tagged[i] >= 0x80) packed.Add(tagged[i++]);
            packed.Add(tagged[i++]);
        }

        _writer.WriteBytes(field, packed.ToArray());
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private void WriteSample(double value, long timestampMs)
    {
        var sample = _writer.BeginMessage(2);
        _writer.WriteFixed64(1, BitConverter.DoubleToUInt64Bits(value));
        _writer.WriteVarint(2, (ulong)timestampMs);
        _writer.EndMessage(sample);
    }

    private void WriteExemplar(Exemplar exemplar, long nowMs)
    {
        if (exemplar.Trace.IsZero) return;
        var start = _writer.BeginMessage(3);
        WriteTraceLabel(exemplar.Trace);
        _writer.WriteFixed64(2, BitConverter.DoubleToUInt64Bits(exemplar.Value));
        _writer.WriteVarint(3, (ulong)nowMs);
        _writer.EndMessage(start);
    }

    /// <summary>In byte order of the names, with the two that are not in the list put where they belong.</summary>
    private void WriteLabels(ReadOnlySpan<byte> name, SeriesLabels labels, ReadOnlySpan<byte> le)
    {
        Append(labels.BeforeName);
        Append(name);
        Append(labels.BeforeLe);
        Append(le);
        Append(labels.Rest);
    }

    private void WriteTraceLabel(TraceId trace)
    {
        Span<byte> id = stackalloc byte[TraceId.Size];
        Span<byte> hex = stackalloc byte[TraceId.Size * 2];
        trace.Write(id);
        Convert.TryToHexStringLower(id, hex, out _);
        var label = _writer.BeginMessage(1);
        _writer.WriteString(1, traceIdLabel);
        _writer.WriteBytes(2, hex);
        _writer.EndMessage(label);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_writer.GetSpan(bytes.Length));
        _writer.Advance(bytes.Length);
    }

    private byte[] NameLabel(string name, string suffix = "")
    {
        ref var label = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, (name, suffix), out _);
        return label ??= SeriesLabels.Bytes("__name__", name + suffix);
    }

    /// <summary>The label <c>le</c> of each bucket.</summary>
    private byte[][] BoundLabels(double[] bounds)
    {
        ref var labels = ref CollectionsMarshal.GetValueRefOrAddDefault(_bounds, bounds, out _);
        return labels ??= [.. bounds.Select(b => SeriesLabels.Bytes("le", LabelText.Of(b))), SeriesLabels.Bytes("le", "+Inf")];
    }

    private void Count(int samples)
    {
        _samples += samples;
        if (_samples >= maxSamples) Cut();
    }

    private void Cut()
    {
        if (_writer.Length == 0) return;
        // By way of an array that is used again: the worst case that it must have room for is many times what stays.
        var room = Snappy.GetMaxCompressedLength(_writer.Length);
        if (_compressed.Length < room) _compressed = GC.AllocateUninitializedArray<byte>(room);
        _done.Add(new SampleBatch(_compressed.AsSpan(0, Snappy.Compress(_writer.Written, _compressed)).ToArray(), _samples));
        _writer.Clear();
        _samples = 0;
    }
}
