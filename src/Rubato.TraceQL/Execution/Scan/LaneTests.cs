using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// A condition on values of a column, asked for up to 64 neighbours at once: bit i of the answer says whether value i passes.
/// <see cref="Plain"/> is what it means; <see cref="Vectors"/> is its fast twin, only ever given whole 64.
/// </summary>
internal interface ILaneTest<T>
{
    ulong Plain(ReadOnlySpan<T> values);

    ulong Vectors(ReadOnlySpan<T> values);
}

/// <summary>Codes in a closed range, or outside it: one code is a range too, and "all but one" its opposite.</summary>
internal readonly struct CodeRange(int low, int high, bool inverted) : ILaneTest<int>
{
    // One unsigned comparison says whether a value lies in a closed range.
    private readonly uint _width = (uint)(high - low);
    private readonly ulong _flip = inverted ? ulong.MaxValue : 0;

    public ulong Plain(ReadOnlySpan<int> values)
    {
        var word = 0UL;
        for (var i = 0; i < values.Length; i++) word |= ((values[i] >= low && values[i] <= high) != inverted ? 1UL : 0) << i;
        return word;
    }

    public ulong Vectors(ReadOnlySpan<int> values)
    {
        ref var first = ref Unsafe.As<int, uint>(ref MemoryMarshal.GetReference(values));
        var word = 0UL;
        if (Vector256.IsHardwareAccelerated)
        {
            var (lows, widths) = (Vector256.Create((uint)low), Vector256.Create(_width));
            for (var lane = 0; lane < 64; lane += 8)
                word |= (ulong)Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)lane) - lows, widths).ExtractMostSignificantBits() << lane;
        }
        else
        {
            var (lows, widths) = (Vector128.Create((uint)low), Vector128.Create(_width));
            for (var lane = 0; lane < 64; lane += 4)
                word |= (ulong)Vector128.LessThanOrEqual(Vector128.LoadUnsafe(ref first, (nuint)lane) - lows, widths).ExtractMostSignificantBits() << lane;
        }

        return word ^ _flip;
    }
}

/// <summary>Codes that a table of 0 and 1 names. No vectors: looking up by index is not an instruction that all processors have.</summary>
internal readonly struct CodeTable(byte[] table) : ILaneTest<int>
{
    public ulong Plain(ReadOnlySpan<int> values)
    {
        var word = 0UL;
        for (var i = 0; i < values.Length; i++) word |= (ulong)table[values[i]] << i;
        return word;
    }

    // Eight sums that do not wait for each other.
    public ulong Vectors(ReadOnlySpan<int> values)
    {
        var codes = table;
        var word = 0UL;
        for (var lane = 0; lane < 64; lane += 8)
        {
            var eight = values.Slice(lane, 8);
            var low = (uint)codes[eight[0]] | ((uint)codes[eight[1]] << 1) | ((uint)codes[eight[2]] << 2) | ((uint)codes[eight[3]] << 3);
            var high = (uint)codes[eight[4]] | ((uint)codes[eight[5]] << 1) | ((uint)codes[eight[6]] << 2) | ((uint)codes[eight[7]] << 3);
            word |= (ulong)(low | (high << 4)) << lane;
        }

        return word;
    }
}

/// <summary>Whole numbers in a closed range, or outside it.</summary>
internal readonly struct IntRange(long low, long high, bool inverted) : ILaneTest<long>
{
    private readonly ulong _width = (ulong)high - (ulong)low;
    private readonly ulong _flip = inverted ? ulong.MaxValue : 0;

    public ulong Plain(ReadOnlySpan<long> values)
    {
        var word = 0UL;
        for (var i = 0; i < values.Length; i++) word |= ((values[i] >= low && values[i] <= high) != inverted ? 1UL : 0) << i;
        return word;
    }

    public ulong Vectors(ReadOnlySpan<long> values)
    {
        ref var first = ref Unsafe.As<long, ulong>(ref MemoryMarshal.GetReference(values));
        var word = 0UL;
        if (Vector256.IsHardwareAccelerated)
        {
            var (lows, widths) = (Vector256.Create((ulong)low), Vector256.Create(_width));
            for (var lane = 0; lane < 64; lane += 4)
                word |= (ulong)Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)lane) - lows, widths).ExtractMostSignificantBits() << lane;
        }
        else
        {
            var (lows, widths) = (Vector128.Create((ulong)low), Vector128.Create(_width));
            for (var lane = 0; lane < 64; lane += 2)
                word |= (ulong)Vector128.LessThanOrEqual(Vector128.LoadUnsafe(ref first, (nuint)lane) - lows, widths).ExtractMostSignificantBits() << lane;
        }

        return word ^ _flip;
    }
}

/// <summary>Floats in a closed range, or all others: NaN lies in no range.</summary>
internal readonly struct FloatRange(double low, double high, bool inverted) : ILaneTest<double>
{
    private readonly ulong _flip = inverted ? ulong.MaxValue : 0;

    public ulong Plain(ReadOnlySpan<double> values)
    {
        var word = 0UL;
        for (var i = 0; i < values.Length; i++) word |= ((values[i] >= low && values[i] <= high) != inverted ? 1UL : 0) << i;
        return word;
    }

    public ulong Vectors(ReadOnlySpan<double> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var word = 0UL;
        if (Vector256.IsHardwareAccelerated)
        {
            var (lows, highs) = (Vector256.Create(low), Vector256.Create(high));
            for (var lane = 0; lane < 64; lane += 4)
            {
                var value = Vector256.LoadUnsafe(ref first, (nuint)lane);
                word |= (ulong)(Vector256.GreaterThanOrEqual(value, lows) & Vector256.LessThanOrEqual(value, highs)).ExtractMostSignificantBits() << lane;
            }
        }
        else
        {
            var (lows, highs) = (Vector128.Create(low), Vector128.Create(high));
            for (var lane = 0; lane < 64; lane += 2)
            {
                var value = Vector128.LoadUnsafe(ref first, (nuint)lane);
                word |= (ulong)(Vector128.GreaterThanOrEqual(value, lows) & Vector128.LessThanOrEqual(value, highs)).ExtractMostSignificantBits() << lane;
            }
        }

        return word ^ _flip;
    }
}

/// <summary>Booleans of one kind, of both or of none.</summary>
internal readonly struct BoolIs(bool onTrue, bool onFalse) : ILaneTest<bool>
{
    public ulong Plain(ReadOnlySpan<bool> values)
    {
        var word = 0UL;
        for (var i = 0; i < values.Length; i++) word |= ((values[i] ? onTrue : onFalse) ? 1UL : 0) << i;
        return word;
    }

    public ulong Vectors(ReadOnlySpan<bool> values)
    {
        ref var first = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(values));
        var zeros = 0UL;
        if (Vector256.IsHardwareAccelerated)
        {
            for (var lane = 0; lane < 64; lane += 32)
                zeros |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)lane), Vector256<byte>.Zero).ExtractMostSignificantBits() << lane;
        }
        else
        {
            for (var lane = 0; lane < 64; lane += 16)
                zeros |= (ulong)Vector128.Equals(Vector128.LoadUnsafe(ref first, (nuint)lane), Vector128<byte>.Zero).ExtractMostSignificantBits() << lane;
        }

        return (onFalse ? zeros : 0) | (onTrue ? ~zeros : 0);
    }
}
