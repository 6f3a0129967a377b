using System.Numerics;

namespace Rubato.Storage.Parquet.Encodings;

/// <summary>
/// Reads what <see cref="RunLengthEncoder"/> (or any other writer) wrote. Bounded by the output: a run of a billion values stops at the
/// end of it. Methods return false on damage; the caller knows the page and says which.
/// </summary>
internal static partial class RunLengthDecoder
{
    /// <summary>Fills all of <paramref name="values"/>, or returns false.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, int width, Span<int> values)
    {
        var runs = new Runs(source, width);
        while (values.Length > 0)
        {
            if (!runs.TryNext(values.Length, out int count, out int value, out ReadOnlySpan<byte> packed))
                return false;
            if (packed.IsEmpty)
                values[..count].Fill(value);
            else
                BitPacking.Unpack(packed, width, values[..count]);
            values = values[count..];
        }
        return true;
    }

    /// <summary>
    /// One-bit levels straight into the positions of the ones, each plus <paramref name="firstPosition"/>. Returns how many there are,
    /// or -1 on damage or when there are more than fit.
    /// </summary>
    public static int DecodePositions(ReadOnlySpan<byte> source, int levels, int firstPosition, Span<int> positions)
    {
        var runs = new Runs(source, width: 1);
        int found = 0;
        int at = 0;
        while (at < levels)
        {
            if (!runs.TryNext(levels - at, out int count, out int value, out ReadOnlySpan<byte> packed))
                return -1;
            if (!packed.IsEmpty)
            {
                if (!TryAddBits(packed, count, firstPosition + at, positions, ref found))
                    return -1;
            }
            else if (value == 1)
            {
                if (count > positions.Length - found)
                    return -1;
                Span<int> target = positions.Slice(found, count);
                for (int i = 0; i < target.Length; i++)
                    target[i] = firstPosition + at + i;
                found += count;
            }
            at += count;
        }
        return found;
    }

    /// <summary>How many of <paramref name="levels"/> one-bit levels are set, or -1 on damage.</summary>
    public static int CountOnes(ReadOnlySpan<byte> source, int levels)
    {
        var runs = new Runs(source, width: 1);
        int ones = 0;
        for (int at = 0; at < levels;)
        {
            if (!runs.TryNext(levels - at, out int count, out int value, out ReadOnlySpan<byte> packed))
                return -1;
            ones += packed.IsEmpty ? count * value : RunLengthEncoder.CountBits(packed[..(count / 8)]);
            if (!packed.IsEmpty && count % 8 != 0)
                ones += BitOperations.PopCount(packed[count / 8] & ((1u << (count % 8)) - 1));
            at += count;
        }
        return ones;
    }

    private static bool TryAddBits(ReadOnlySpan<byte> packed, int bits, int firstPosition, Span<int> positions, ref int found)
    {
        int n = found;
        for (int at = 0; at < bits; at += 8)
        {
            uint set = packed[at >> 3];
            if (bits - at < 8)
                set &= (1u << (bits - at)) - 1;
            if (BitOperations.PopCount(set) > positions.Length - n)
                return false;
            for (; set != 0; set &= set - 1)
                positions[n++] = firstPosition + at + BitOperations.TrailingZeroCount(set);
        }
        found = n;
        return true;
    }

    /// <summary>Walks the run headers.</summary>
    private ref struct Runs(ReadOnlySpan<byte> source, int width)
    {
        private ReadOnlySpan<byte> _rest = source;

        public bool TryNext(int wanted, out int count, out int value, out ReadOnlySpan<byte> packed)
        {
            count = value = 0;
            packed = default;
            if (!Varint.TryRead(ref _rest, out ulong header) || header > uint.MaxValue)
                return false;

            long length = (long)(header >> 1);
            if (length == 0)
                return false; // An empty run is legal nowhere and would let damage spin without progress.
            if ((header & 1) == 0)
            {
                int bytes = (width + 7) / 8;
                if (_rest.Length < bytes)
                    return false;
                for (int i = 0; i < bytes; i++)
                    value |= _rest[i] << (8 * i);
                if (width < 32 && (uint)value >> width != 0)
                    return false;
                _rest = _rest[bytes..];
                count = (int)Math.Min(length, wanted);
                return true;
            }

            long packedBytes = length * width;
            if (packedBytes > _rest.Length)
                return false;
            count = (int)Math.Min(length * 8, wanted);
            packed = _rest; // Not cut to the stretch: short ones unpack several times faster with room to read ahead.
            _rest = _rest[(int)packedBytes..];
            return packedBytes > 0;
        }
    }
}
