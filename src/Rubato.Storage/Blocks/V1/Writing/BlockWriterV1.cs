using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Writes a block from sealed batches:
/// 1. sort all rows by (trace id, start, span id), drop duplicates;
/// 2. choose attribute columns and cut row groups;
/// 3. for each row group and column: gather from the batches, write, add to the index;
/// 4. footer, then index.bin.
/// Runs on the caller's thread.
/// </summary>
internal static class BlockWriterV1
{
    public static BlockFigures Write(
        IReadOnlyList<BatchRows> input, Stream data, Stream index, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RowGroupSpans, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxAttributeColumns);
        var plan = BlockPlan.Create(input, options);
        if (plan.Spans.Count == 0) throw new ArgumentException("a block needs at least one span", nameof(input));

        var builder = new BlockIndexBuilder(plan.Schema);
        using var output = new TailStream(data);
        using var file = new ParquetFileWriter(output, plan.Schema.ToParquet(), new ParquetWriterOptions { ZstdLevel = options.ZstdLevel });
        var groups = new RowGroupWriter(plan, file, builder);
        for (var g = 0; g + 1 < plan.RowGroups.Count; g++) groups.Write(plan.RowGroups[g], plan.RowGroups[g + 1], cancellationToken);
        plan.Schema.WriteMetadata(file);
        var dataBytes = file.Finish();

        var indexBytes = builder.Finish();
        index.Write(indexBytes.Span);
        return new BlockFigures
        {
            SpanCount = plan.Spans.Count,
            TraceCount = plan.Spans.TraceCount,
            EventCount = groups.EventCount,
            LinkCount = groups.LinkCount,
            DuplicateCount = plan.Spans.DuplicateCount,
            RowGroupCount = plan.RowGroups.Count - 1,
            TimeRange = new TimeRange(groups.TimeRange.StartUnixNano, groups.TimeRange.EndUnixNano),
            MinTraceStartUnixNano = groups.TimeRange.StartUnixNano,
            MaxTraceStartUnixNano = groups.MaxTraceStart,
            FooterBytes = BinaryPrimitives.ReadInt32LittleEndian(output.Tail),
            IndexChecksum = XxHash3.HashToUInt64(indexBytes.Span).ToString("x16", CultureInfo.InvariantCulture),
            DataBytes = dataBytes,
            IndexBytes = indexBytes.Length,
        };
    }
}
