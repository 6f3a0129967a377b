using System.IO.Hashing;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>Makes index.bin out of data.parquet alone: the index is a cache of it, never the only place of a fact.</summary>
internal static class BlockIndexRebuilder
{
    /// <exception cref="ParquetFormatException">The file is damaged or not ours.</exception>
    public static async ValueTask<byte[]> RebuildAsync(ParquetFileReader file, CancellationToken cancellationToken)
    {
        var schema = BlockSchema.Read(file.Schema, file.Metadata);
        using var builder = new BlockIndexBuilder(schema);
        for (var g = 0; g < file.RowGroups.Count; g++)
        {
            builder.BeginRowGroup();
            var facts = new GroupFacts(file.RowGroups[g].RowCount);
            foreach (var column in schema.Columns)
            {
                using var values = await file.ReadColumnAsync(g, column.Ordinal, cancellationToken);
                Add(builder, column, values, facts);
            }

            var range = new TimeRange(facts.MinStart, facts.MaxEnd);
            foreach (var column in schema.Columns)
            {
                if (await FilterAsync(file, g, column, cancellationToken) is { } filter) builder.AddFilter(column, filter);
            }

            builder.EndRowGroup(facts.RowCount, facts.EventCount, facts.LinkCount, range, facts.MaxTraceStart);
        }

        return builder.Finish();
    }

    /// <summary>The file has no checksum of its filters, so before the index vouches for one it is asked for every value of the column.</summary>
    private static async ValueTask<BloomFilterPlace?> FilterAsync(ParquetFileReader file, int rowGroup, BlockColumn column, CancellationToken cancellationToken)
    {
        if (await file.ReadFilterAsync(rowGroup, column.Ordinal, cancellationToken) is not { } bytes) return null;
        using var values = await file.ReadColumnAsync(rowGroup, column.Ordinal, cancellationToken);
        if (!HoldsAll(BloomFilterHeader.FilterOf(bytes), values))
            throw new ParquetFormatException($"the Bloom filter of column '{column.Field.Path}' in row group {rowGroup} misses a value");
        return new BloomFilterPlace(file.RowGroups[rowGroup].Columns[column.Ordinal].FilterOffset, bytes.Length, XxHash3.HashToUInt64(bytes));
    }

    private static bool HoldsAll(ReadOnlySpan<byte> filter, ParquetColumnVector values)
    {
        if (values.Count == 0) return true;
        var strings = values.Strings;
        for (var i = 0; i < strings.Count; i++)
        {
            if (!BloomFilter.MayContain(filter, BloomFilter.HashOf(strings[i]))) return false;
        }

        return true;
    }

    private static void Add(BlockIndexBuilder builder, BlockColumn column, ParquetColumnVector values, GroupFacts facts)
    {
        switch (column.Fixed?.Column)
        {
            case SpanColumn.TraceId:
                AddTraces(builder, values);
                break;
            case SpanColumn.StartUnixNano:
                facts.Starts = values.Longs.ToArray();
                break;
            case SpanColumn.DurationNano:
                facts.AddDurations(values.Longs);
                break;
            case SpanColumn.TraceStartUnixNano:
                foreach (var start in values.Longs) facts.MaxTraceStart = Math.Max(facts.MaxTraceStart, (ulong)start);
                break;
            case SpanColumn.EventTimeUnixNano:
                facts.EventCount = values.RowCount;
                break;
            case SpanColumn.LinkTraceId:
                facts.LinkCount = values.RowCount;
                break;
        }

        if (values.Count == 0) return;
        switch (column.Field.Type)
        {
            case ParquetType.Int32 or ParquetType.Int64:
                builder.AddLongs(column, values.Longs);
                break;
            case ParquetType.Double:
                builder.AddDoubles(column, values.Doubles);
                break;
            case ParquetType.ByteArray when column.IndexesStrings:
                builder.AddStrings(column, values.Count, values.Strings);
                break;
            default:
                builder.AddCount(column, values.Count);
                break;
        }
    }

    private static void AddTraces(BlockIndexBuilder builder, ParquetColumnVector values)
    {
        var first = 0;
        for (var i = 1; i <= values.Count; i++)
        {
            if (i < values.Count && values.BytesAt(i).SequenceEqual(values.BytesAt(first))) continue;
            builder.AddTrace(TraceId.Read(values.BytesAt(first)), i - first);
            first = i;
        }
    }

    private sealed class GroupFacts(int rowCount)
    {
        public int RowCount => rowCount;

        public int EventCount { get; set; }

        public int LinkCount { get; set; }

        public ulong MinStart { get; private set; } = ulong.MaxValue;

        public ulong MaxEnd { get; private set; }

        public ulong MaxTraceStart { get; set; }

        public long[] Starts { get; set; } = [];

        public void AddDurations(ReadOnlySpan<long> durations)
        {
            for (var i = 0; i < durations.Length; i++)
            {
                var start = (ulong)Starts[i];
                MinStart = Math.Min(MinStart, start);
                MaxEnd = Math.Max(MaxEnd, Math.Max(start, start + (ulong)durations[i]));
            }
        }
    }
}
