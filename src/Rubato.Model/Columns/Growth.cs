namespace Rubato.Model.Columns;

/// <summary>
/// How arrays of a batch grow. They double, but with a guess of what they will need (the batch before is a good one) they go
/// straight to it once an eighth is full: doubling to the end leaves as much large-object garbage as the batch itself, and
/// taking the guess from the start would cost a tenant that has gone quiet a whole batch of empty arrays.
/// </summary>
internal static class Growth
{
    /// <summary>The guess for what the last batch needed: a little more, as batches are sealed at the first request beyond a limit.</summary>
    public static int Expect(int lastTime) => (int)Math.Min(Array.MaxLength, lastTime + (lastTime / 16L) + 1);

    /// <param name="length">Of the array that is full.</param>
    /// <param name="needed">At least this many.</param>
    /// <param name="expected">The guess; 0 without one.</param>
    public static int Next(int length, int needed, int expected)
    {
        var next = Math.Max(length * 2L, needed);
        // Up to the guess when that is near, and not beyond it while it is enough.
        if (expected >= needed && (expected < next || length >= expected / 8)) next = expected;
        return checked((int)Math.Max(needed, Math.Min(next, Array.MaxLength)));
    }

    /// <summary>
    /// A longer array with the same beginning; the rest is whatever was in memory. As <see cref="Array.Resize"/>, it leaves the
    /// old array to those who still hold it.
    /// </summary>
    public static void Resize<T>(ref T[] array, int length)
        where T : unmanaged
    {
        var longer = GC.AllocateUninitializedArray<T>(length);
        array.AsSpan().CopyTo(longer);
        array = longer;
    }
}
