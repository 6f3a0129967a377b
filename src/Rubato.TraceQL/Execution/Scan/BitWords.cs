using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rubato.Model;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>What two sets of bits become, word by word.</summary>
internal interface IBitOperator
{
    static abstract ulong Of(ulong mine, ulong other);

    static abstract Vector<ulong> Of(Vector<ulong> mine, Vector<ulong> other);
}

internal readonly struct BitAnd : IBitOperator
{
    public static ulong Of(ulong mine, ulong other) => mine & other;

    public static Vector<ulong> Of(Vector<ulong> mine, Vector<ulong> other) => mine & other;
}

internal readonly struct BitAndNot : IBitOperator
{
    public static ulong Of(ulong mine, ulong other) => mine & ~other;

    public static Vector<ulong> Of(Vector<ulong> mine, Vector<ulong> other) => Vector.AndNot(mine, other);
}

internal readonly struct BitOr : IBitOperator
{
    public static ulong Of(ulong mine, ulong other) => mine | other;

    public static Vector<ulong> Of(Vector<ulong> mine, Vector<ulong> other) => mine | other;
}

/// <summary>Applies an operator to whole sets of bits; the set called "mine" is changed.</summary>
internal static class BitWords
{
    public static void Apply<TOperator>(Span<ulong> mine, ReadOnlySpan<ulong> other)
        where TOperator : struct, IBitOperator
    {
        if (Acceleration.IsEnabled && Vector.IsHardwareAccelerated) ApplyVectors<TOperator>(mine, other);
        else ApplyPlain<TOperator>(mine, other);
    }

    internal static void ApplyVectors<TOperator>(Span<ulong> mine, ReadOnlySpan<ulong> other)
        where TOperator : struct, IBitOperator
    {
        other = other[..mine.Length];
        ref var first = ref MemoryMarshal.GetReference(mine);
        ref var second = ref MemoryMarshal.GetReference(other);
        var i = 0;
        for (; i + Vector<ulong>.Count <= mine.Length; i += Vector<ulong>.Count)
        {
            ref var place = ref Unsafe.Add(ref first, i);
            TOperator.Of(Vector.LoadUnsafe(ref place), Vector.LoadUnsafe(ref Unsafe.Add(ref second, i))).StoreUnsafe(ref place);
        }

        for (; i < mine.Length; i++) mine[i] = TOperator.Of(mine[i], other[i]);
    }

    internal static void ApplyPlain<TOperator>(Span<ulong> mine, ReadOnlySpan<ulong> other)
        where TOperator : struct, IBitOperator
    {
        other = other[..mine.Length];
        for (var i = 0; i < mine.Length; i++) mine[i] = TOperator.Of(mine[i], other[i]);
    }
}
