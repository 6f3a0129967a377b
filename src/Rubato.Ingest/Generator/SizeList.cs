namespace Rubato.Ingest.Generator;

/// <summary>Sizes of the spans that nobody has taken yet; kept within the ingester's lock.</summary>
internal sealed class SizeList
{
    private int[] _sizes = new int[256];

    public int Count { get; private set; }

    public void Add(int bytes)
    {
        if (Count == _sizes.Length) Array.Resize(ref _sizes, Count * 2);
        _sizes[Count++] = bytes;
    }

    /// <summary>Gives what was noted, as long as <paramref name="rows"/> rows, and begins anew.</summary>
    public int[] Take(int rows)
    {
        var taken = new int[rows];
        _sizes.AsSpan(0, Math.Min(rows, Count)).CopyTo(taken);
        Count = 0;
        return taken;
    }
}
