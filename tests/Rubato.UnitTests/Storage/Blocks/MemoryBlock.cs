using System.Globalization;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.V1.Reading;
using Rubato.Storage.Parquet;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>A block whose files are bytes in memory, and one text with all that it answers.</summary>
internal static class MemoryBlock
{
    public const string Name = "the-block";

    private static readonly byte[] s_text = "GET"u8.ToArray();
    private static readonly byte[] s_absent = "value-1"u8.ToArray();

    public static string Ask(IRandomAccessSource data, byte[] index)
    {
        using var block = new BlockV1(Name, new Sources(data, index), new BlockCache(16 << 20));
        var asking = AskAsync(block);
        if (!asking.IsCompleted) throw new InvalidOperationException("reading from memory should not wait");
        return asking.GetAwaiter().GetResult();
    }

    private static async Task<string> AskAsync(BlockV1 block)
    {
        var answer = new StringBuilder();
        foreach (var segment in await block.OpenSegmentsAsync(CancellationToken.None))
        {
            answer.Append(CultureInfo.InvariantCulture, $"{segment.SpanCount} {segment.EventCount} {segment.LinkCount} {segment.TimeRange}\n");
            // A sealed index may claim any number of rows; asking for all of them would be our own fault.
            var rows = Math.Min(segment.SpanCount, 2000);
            foreach (var span in await segment.ReadSpansAsync(RowSet.Range(0, rows), ScanContext.None)) answer.Append(SpanText.Of(span));
            foreach (var column in segment.Attributes)
            {
                var dictionary = await segment.ReadDictionaryAsync(column, ScanContext.None);
                answer.Append(CultureInfo.InvariantCulture, $"{column} {segment.Int64Bounds(column)} {dictionary?.Count} {await segment.MayContainAsync(column, s_text, ScanContext.None)} {await segment.MayContainAsync(column, s_absent, ScanContext.None)}\n");
            }

            foreach (var column in new[] { SpanColumn.Name, SpanColumn.RootServiceName, SpanColumn.NestedSetLeft })
                answer.Append(CultureInfo.InvariantCulture, $"{column} {segment.Int64Bounds(column)} {(await segment.ReadDictionaryAsync(column, ScanContext.None))?.Count}\n");
            if (rows == 0) continue;

            var ids = (TraceIdVector?)await segment.ReadAsync(SpanColumn.TraceId, ScanContext.None);
            var id = ids![rows / 2];
            if (await block.FindTraceAsync(id, CancellationToken.None) is not { } home) continue;
            var trace = await home.FindTraceAsync(id, ScanContext.None);
            answer.Append(CultureInfo.InvariantCulture, $"{id} in {home.Name}\n");
            foreach (var span in await home.ReadSpansAsync(trace, ScanContext.None)) answer.Append(SpanText.Of(span));
        }

        answer.Append(await block.FindTraceAsync(new TraceId(5, 6), CancellationToken.None) is null ? "absent" : "found");
        return answer.ToString();
    }

    private sealed class Sources(IRandomAccessSource data, byte[] index) : IBlockSources
    {
        public ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken) => new(index);

        public ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken) => new(data);
    }
}
