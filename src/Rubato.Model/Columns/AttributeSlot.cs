namespace Rubato.Model.Columns;

/// <summary>The columns of one key, one for each type that it came with.</summary>
internal sealed class AttributeSlot(byte[] key, ColumnShape expected)
{
    public readonly byte[] Key = key;

    /// <summary>What the last batch had of it.</summary>
    public readonly ColumnShape Expected = expected;

    /// <summary>
    /// The slots that came after this one most recently. Senders write the keys of a kind of span in the same order every
    /// time, and a key is in few kinds: comparing with these saves hashing the next key and looking it up.
    /// </summary>
    public AttributeSlot? Next;
    public AttributeSlot? SecondNext;

    public string? Name;
    public StringColumnBuilder? String;
    public Int64ColumnBuilder? Int64;
    public DoubleColumnBuilder? Double;
    public BoolColumnBuilder? Bool;
    public StringColumnBuilder? Any;

    public long MemoryBytes =>
        (String?.MemoryBytes ?? 0) + (Int64?.MemoryBytes ?? 0) + (Double?.MemoryBytes ?? 0) + (Bool?.MemoryBytes ?? 0) + (Any?.MemoryBytes ?? 0);

    public ColumnShape Shape => new(
        String?.Count ?? 0, String?.Dictionary.Count ?? 0, String?.Dictionary.PoolBytes ?? 0,
        Math.Max(Int64?.Count ?? 0, Math.Max(Double?.Count ?? 0, Bool?.Count ?? 0)));
}
