using System.Runtime.CompilerServices;

namespace Rubato.Commands.Load;

/// <summary>
/// Random numbers that are a function of (key, index), so that any trace can be computed again without the ones before it
/// (SplitMix64: two multiplications a number, and a bijection, so that ids of one key never collide).
/// </summary>
internal static class LoadRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong At(ulong key, ulong index) => Mix(key + ((index + 1) * Golden));

    /// <summary>A number in [0, <paramref name="bound"/>) from 32 random bits, without a division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Below(uint bound, uint bits) => (uint)(((ulong)bits * bound) >> 32);
}
