using Rubato.Storage.Blocks;
using Rubato.Testing;

namespace Rubato.Fuzz;

/// <summary>Small blocks of ours to begin with: every value type, one and several row groups, with and without compression.</summary>
internal static class ParquetFiles
{
    public static IEnumerable<(byte[] Data, byte[] Index)> Make()
    {
        for (var number = 0; number < 4; number++)
        {
            using var data = new MemoryStream();
            using var index = new MemoryStream();
            var batches = new SpanGenerator(number + 1) { KeyCount = 5 + (number * 3) }.Batches(2, number == 0 ? 3 : 60);
            var options = new BlockWriterOptions { RowGroupSpans = number == 2 ? 45 : 1000, MaxAttributeColumns = number == 3 ? 4 : 512, ZstdLevel = number == 1 ? 0 : 1 };
            BlockFormats.Current.Write([.. batches.Select(BatchRows.All)], data, index, options, CancellationToken.None);
            yield return (data.ToArray(), index.ToArray());
        }
    }
}
