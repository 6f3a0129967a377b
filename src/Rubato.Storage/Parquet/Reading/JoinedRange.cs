namespace Rubato.Storage.Parquet.Reading;

/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Number">Whose it is.</param>
internal readonly record struct ByteRange(long Offset, int Length, int Number);

/// <summary>Ranges that one request reads together, and the bytes between them.</summary>
internal sealed record JoinedRange(long Offset, int Length, List<ByteRange> Parts)
{
    /// <summary>
    /// Joins ranges that lie at most <paramref name="gap"/> bytes apart: what lies between costs less than another request. No joined range is
    /// longer than <paramref name="maxBytes"/> unless a single part is.
    /// </summary>
    public static List<JoinedRange> Of(List<ByteRange> parts, int gap, int maxBytes)
    {
        parts.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
        List<JoinedRange> joined = [];
        for (int i = 0; i < parts.Count;)
        {
            long start = parts[i].Offset, end = start + parts[i].Length;
            int next = i + 1;
            for (; next < parts.Count && parts[next].Offset - end <= gap; next++)
            {
                long longer = Math.Max(end, parts[next].Offset + parts[next].Length);
                if (longer - start > maxBytes)
                    break;
                end = longer;
            }
            joined.Add(new JoinedRange(start, (int)(end - start), parts[i..next]));
            i = next;
        }
        return joined;
    }
}
