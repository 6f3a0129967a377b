using System.IO.Hashing;
using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Testing.Damage;

namespace Rubato.Fuzz;

/// <summary>index.bin, damaged and sealed again with the right checksum: it is parsed and answers anything, or is refused in words.</summary>
internal sealed class BlockIndexTarget : IFuzzTarget
{
    public long MaxAllocatedBytes => 32 << 20;

    public IEnumerable<byte[]> Corpus(Random random) => ParquetFiles.Make().Select(file => file.Index[..^8]);

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other)
    {
        if (input.Length < 16) return other;
        // Counts and columns stand at the front, dictionaries and filters at the end.
        var to = random.Next(2) == 0 ? input.Length : Math.Min(input.Length, 400);
        return ByteDamage.Apply(random, input, 8, to);
    }

    public void Run(byte[] input)
    {
        byte[] file = [.. input, .. BitConverter.GetBytes(XxHash3.HashToUInt64(input))];
        try
        {
            var index = BlockIndex.Parse(file);
            _ = index.FindTrace(new TraceId(1, 2));
            if (index.TraceCount > 0)
            {
                var found = index.FindTrace(index.TraceIdOf(index.TraceCount / 2));
                if (found >= 0) _ = index.FirstRowOf(found + 1);
            }

            foreach (var group in index.RowGroups)
            {
                if (group.SpanCount is > 0 and < 10_000) _ = index.TraceIds(group.FirstRow, group.SpanCount);
                foreach (var column in group.Columns)
                {
                    _ = index.MayContain(column, "value-1"u8);
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
