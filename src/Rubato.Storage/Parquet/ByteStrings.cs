namespace Rubato.Storage.Parquet;

/// <summary>
/// Byte strings in one pool: string i is <c>Data[Offsets[i]..Offsets[i + 1]]</c>, so there is one offset more than strings.
/// </summary>
internal readonly ref struct ByteStrings(ReadOnlySpan<byte> data, ReadOnlySpan<int> offsets)
{
    public ReadOnlySpan<byte> Data { get; } = data;
    public ReadOnlySpan<int> Offsets { get; } = offsets;
    public int Count => Math.Max(Offsets.Length - 1, 0);
    public ReadOnlySpan<byte> this[int i] => Data[Offsets[i]..Offsets[i + 1]];
}
