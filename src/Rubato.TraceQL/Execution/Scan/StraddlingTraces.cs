using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// Traces that lie in more than one segment, by the leading bits of their ids. A trace that only shares these bits counts as one: that costs time, not truth.
/// </summary>
internal sealed class StraddlingTraces
{
    private readonly List<(UInt128 Mask, HashSet<UInt128> Keys)> _parts = [];

    public static StraddlingTraces None { get; } = new();

    public bool IsEmpty => _parts.Count == 0;

    public bool Contains(TraceId id) => Contains(new UInt128(id.High, id.Low));

    /// <param name="key">An id, or as many leading bits as any of the segments has.</param>
    public bool Contains(UInt128 key)
    {
        foreach (var (mask, keys) in _parts)
        {
            if (keys.Contains(key & mask)) return true;
        }

        return false;
    }

    public StraddlingTraces With(int bits, HashSet<UInt128> keys)
    {
        if (keys.Count == 0) return this;
        var more = new StraddlingTraces();
        more._parts.AddRange(_parts);
        more._parts.Add((MaskOf(bits), keys));
        return more;
    }

    public static UInt128 MaskOf(int bits) => bits == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - bits);
}
