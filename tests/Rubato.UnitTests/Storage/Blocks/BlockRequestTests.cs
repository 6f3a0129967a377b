using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.V1.Reading;
using Rubato.Storage.Parquet;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>How many requests a block costs over a network, where each waits 30 ms: counted, not timed.</summary>
public sealed class BlockRequestTests
{
    [Fact]
    public async Task Reading_a_trace_takes_a_handful_of_requests_and_none_the_second_time()
    {
        using var written = TestBlock.Write(new SpanGenerator(77).Batches(2, 3_000), new BlockWriterOptions { RowGroupSpans = 100_000 });
        var source = new SlowSource(await File.ReadAllBytesAsync(written.DataPath, TestContext.Current.CancellationToken));
        using var block = new BlockV1("remote", new Sources(source, await File.ReadAllBytesAsync(written.IndexPath, TestContext.Current.CancellationToken)), new BlockCache(64 << 20));
        var segment = (await block.OpenSegmentsAsync(CancellationToken.None))[0];
        var id = ((TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, ScanContext.None))!)[segment.SpanCount / 2];
        var before = source.Requests; // Footer, and the ids asked for above.

        var context = new ScanContext(CancellationToken.None);
        var found = await block.FindTraceAsync(id, CancellationToken.None);
        var spans = await found!.ReadSpansAsync(await found.FindTraceAsync(id, context), context);

        Assert.All(spans, span => Assert.Equal(id, span.TraceId));
        var columns = segment.Attributes.Count;
        Assert.True(columns > 20, $"the block has only {columns} attribute columns: nothing to join");
        // The places of the pages came with the footer; pages and dictionaries are joined over gaps of up to 256 KB.
        Assert.InRange(source.Requests - before, 1, 2 + (int)(source.Length / (256 << 10)) + 1);
        Assert.True(context.InspectedBytes > 0 && context.InspectedBytes <= source.Length, $"{context.InspectedBytes} bytes of {source.Length}");

        var first = source.Requests;
        var again = new ScanContext(CancellationToken.None);
        await found.ReadSpansAsync(await found.FindTraceAsync(id, again), again);
        Assert.Equal(first, source.Requests);
        Assert.Equal(context.InspectedBytes, again.InspectedBytes);
    }

    [Fact]
    public async Task Requests_that_cannot_be_joined_fly_side_by_side()
    {
        using var written = TestBlock.Write(new SpanGenerator(78).Batches(2, 3_000), new BlockWriterOptions { RowGroupSpans = 100_000 });
        var source = new SlowSource(await File.ReadAllBytesAsync(written.DataPath, TestContext.Current.CancellationToken));
        var file = await ParquetFileReader.OpenAsync(source, new ParquetReaderOptions { RemoteGapBytes = 0 }, TestContext.Current.CancellationToken);
        int[] columns = [.. Enumerable.Range(0, file.Schema.Count).Where(c => c % 3 == 0 && !file.RowGroups[0].Columns[c].IsAllNull)];
        await file.ReadRowsAsync(0, [0], new[] { 0 }, null, CancellationToken.None);
        var before = source.Requests;

        await file.ReadRowsAsync(0, columns, new[] { 5 }, null, CancellationToken.None);

        Assert.True(source.Requests - before > 4, $"{source.Requests - before} requests");
        Assert.InRange(source.MostAtOnce, 4, ParquetReaderOptions.Default.MaxRequests);
    }

    // A search asks every row group of a block for the same traces: in a block of 20 M spans that was 78 times 10 MB.
    [Fact]
    public async Task Row_groups_share_a_table_that_has_no_room_in_the_cache()
    {
        using var written = TestBlock.Write(new SpanGenerator(79).Batches(8, 3_000), new BlockWriterOptions { RowGroupSpans = 1_000 });
        var sources = new Sources(
            new SlowSource(await File.ReadAllBytesAsync(written.DataPath, TestContext.Current.CancellationToken)),
            await File.ReadAllBytesAsync(written.IndexPath, TestContext.Current.CancellationToken));
        using var block = new BlockV1("large", sources, new NoRoom(new BlockCache(64 << 20)));
        var segments = await block.OpenSegmentsAsync(CancellationToken.None);
        var ids = (TraceIdVector)(await segments[0].ReadAsync(SpanColumn.TraceId, ScanContext.None))!;
        var asked = Enumerable.Range(0, ids.Count).Select(row => ids[row]).Distinct().Take(100).ToArray();
        Assert.True(segments.Count > 10 && asked.Length > 32, $"{segments.Count} row groups, {asked.Length} traces");

        var before = sources.IndexReads;
        var found = 0;
        var query = new ScanContext(CancellationToken.None);
        foreach (var segment in segments)
        {
            found += (await segment.FindCandidatesAsync(asked, query)).Count;
            GC.Collect();
        }

        Assert.True(found >= asked.Length, $"{found} rows of {asked.Length} traces");
        Assert.InRange(sources.IndexReads - before, 0, 1);
        GC.KeepAlive(query);
    }

    /// <summary>Has no room for tables of traces.</summary>
    private sealed class NoRoom(BlockCache cache) : IBlockCache
    {
        public T? Get<T>(BlockCacheKey key)
            where T : class => cache.Get<T>(key);

        public void Set(BlockCacheKey key, object value, long bytes) => cache.Set(key, value, bytes);

        public bool TrySetInShare(BlockCacheKey key, object value, long bytes) => key.Part != BlockPart.TraceTable && cache.TrySetInShare(key, value, bytes);

        public bool HasRoom(long bytes) => cache.HasRoom(bytes);

        public bool TrySetIfRoom(BlockCacheKey key, object value, long bytes) => cache.TrySetIfRoom(key, value, bytes);
    }

    private sealed class Sources(IRandomAccessSource source, byte[] index) : IBlockSources
    {
        public int IndexReads { get; private set; }

        public ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken)
        {
            IndexReads++;
            return new(index);
        }

        public ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken) => new(source);
    }

    private sealed class SlowSource(byte[] file) : IRandomAccessSource
    {
        private int _requests;
        private int _now;
        private int _most;

        public long Length => file.Length;

        public bool CanReadSynchronously => false;

        public int Requests => Volatile.Read(ref _requests);

        public int MostAtOnce => Volatile.Read(ref _most);

        public void Read(long offset, Span<byte> buffer) => throw new NotSupportedException();

        public async ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            var now = Interlocked.Increment(ref _now);
            for (var most = MostAtOnce; now > most && Interlocked.CompareExchange(ref _most, now, most) != most; most = MostAtOnce) { }
            await Task.Delay(30, cancellationToken);
            file.AsMemory((int)offset, buffer.Length).CopyTo(buffer);
            Interlocked.Decrement(ref _now);
        }
    }
}
