using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Testing.Damage;

namespace Rubato.Fuzz;

/// <summary>index.bin, damaged under its compression and sealed again with the right checksum: it is parsed and answers anything, or is refused in words.</summary>
internal sealed class BlockIndexTarget : IFuzzTarget
{
    public long MaxAllocatedBytes => 32 << 20;

    public IEnumerable<byte[]> Corpus(Random random) => ParquetFiles.Make().Select(file => file.Index);

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other)
    {
        if (random.Next(20) == 0) return ByteDamage.Apply(random, input, 0, input.Length);
        ForgedIndex index;
        try
        {
            index = ForgedIndex.Of(input);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or ZstdSharp.ZstdException)
        {
            return other; // No more an index that can be taken apart.
        }

        for (var n = 1 + random.Next(2); n > 0; n--) index.Damage(random);
        return index.Seal();
    }

    public void Run(byte[] input)
    {
        try
        {
            var index = BlockIndex.Parse(input, out var traces);
            var found = traces.Find(new TraceId(1, 2));
            if (found >= 0) _ = index.FirstRowOf(found + 1);
            foreach (var group in index.RowGroups)
            {
                foreach (var column in group.Columns)
                {
                    _ = index.MayContain(column, "value-1"u8);
                    if (index.FilterOf(column) is { Length: < 0 }) throw new InvalidOperationException("a filter of a negative length");
                    if (index.Dictionary(column) is { } dictionary) Walk(dictionary);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or OverflowException or Rubato.Storage.Parquet.ParquetFormatException)
        {
            // Refused: the block reader makes SegmentDamagedException of each (Damage.Is).
        }
    }

    private static void Walk(DictionaryView dictionary)
    {
        for (var i = 0; i < Math.Min(100, dictionary.Count); i++) _ = dictionary[i].Length;
    }
}
