namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Child counts of span rows as the span row of each child.</summary>
internal static class ChildParents
{
    public static int[] Of(ReadOnlySpan<int> counts)
    {
        var total = 0;
        foreach (var count in counts) total = checked(total + count);
        var parents = new int[total];
        var at = 0;
        for (var row = 0; row < counts.Length; row++)
        {
            parents.AsSpan(at, counts[row]).Fill(row);
            at += counts[row];
        }

        return parents;
    }
}
