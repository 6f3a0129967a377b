using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.Caching;
using Rubato.Storage.ObjectStores;
using Rubato.Testing;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;
using SpanText = Rubato.UnitTests.Storage.Blocks.SpanText;

namespace Rubato.UnitTests.Storage.Caching;

public sealed class CachedObjectStoreTests : IAsyncDisposable
{
    private const string Folder = "t/019aab5f-0000-7000-8000-000000000001/";
    private const string Data = Folder + BlockKeys.Data;
    private const string Index = Folder + BlockKeys.Index;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryObjectStore _inner;
    private readonly MemoryCache _memory = new();
    private readonly SharedCache _cache;
    private readonly CachedObjectStore _store;
    private readonly byte[] _index;
    private readonly byte[] _data;

    public CachedObjectStoreTests()
    {
        _inner = new MemoryObjectStore(_time);
        _cache = new SharedCache(_memory, new SharedCacheOptions { Name = "memory", MaxItemBytes = 500_000, Writers = 1 }, NullLogger.Instance);
        _store = new CachedObjectStore(_inner, Enum.GetValues<CacheRole>().ToDictionary(role => role, _ => _cache));
        using var block = TestBlock.Write(new SpanGenerator(3).Batches(1, 200));
        (_index, _data) = (File.ReadAllBytes(block.IndexPath), File.ReadAllBytes(block.DataPath));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _cache.DisposeAsync();

    [Fact]
    public async Task The_second_reader_asks_the_cache()
    {
        await PutAsync();
        // The first time: the index and two ranges. The second: nothing.
        foreach (var calls in new[] { 3, 0 })
        {
            var before = _inner.Calls.Count;
            Assert.Equal(_index, await IndexAsync());
            Assert.Equal(_data[100..300], await RangeAsync(100, 200));
            Assert.Equal(_data[^64..], await RangeAsync(_data.Length - 64, 64, CacheRole.Footer));
            Assert.Equal(calls, _inner.Calls.Count - before);
            await _memory.StoredAsync(3);
        }
    }

    [Fact]
    public async Task A_second_process_reads_a_block_from_the_cache_alone()
    {
        using var written = TestBlock.Write(new SpanGenerator(4).Batches(1, 200));
        var meta = await StoredBlock.PutAsync(_inner, TenantId.Parse("t"), written);
        var texts = new List<List<string>>();
        var calls = new List<int>();
        for (var process = 0; process < 2; process++)
        {
            var before = _inner.Calls.Count;
            using var block = TestBlock.Format.Open(_store, BlockKeys.Folder(meta.TenantId, meta.BlockId), new BlockCache(64 << 20), meta);
            texts.Add(await SpanText.ReadAsync(await block.OpenSegmentsAsync(Token)));
            calls.Add(_inner.Calls.Count - before);
            await _memory.StoredAsync(calls[0]);
        }

        Assert.Equal(await SpanText.ReadAsync(await written.SegmentsAsync()), texts[0]);
        Assert.Equal(texts[0], texts[1]);
        // The index, the end of data.parquet, and pages.
        Assert.InRange(calls[0], 2, 100);
        Assert.Equal(0, calls[1]);
    }

    [Fact]
    public async Task A_new_blocks_index_is_in_the_cache_at_once_and_other_objects_never()
    {
        await _store.PutAsync(Index, _index, Token);
        await _memory.StoredAsync(1);
        Assert.Equal(_index, await IndexAsync());
        Assert.Equal(0, Gets(Index));

        await _store.PutAsync(Folder + BlockKeys.Meta, "{}"u8.ToArray(), Token);
        await _store.GetAsync(Folder + BlockKeys.Meta, Token);
        await _store.GetAsync(Folder + BlockKeys.Meta, Token);
        Assert.Equal(2, Gets(Folder + BlockKeys.Meta));
        Assert.Single(_memory.Values);
    }

    [Fact]
    public async Task A_damaged_index_is_not_kept_so_that_a_repaired_one_is_seen()
    {
        var damaged = (byte[])_index.Clone();
        damaged[damaged.Length / 2] ^= 1;
        await _inner.PutAsync(Index, damaged, Token);
        Assert.Equal(damaged, await IndexAsync());
        await _inner.PutAsync(Index, _index, Token);
        Assert.Equal(_index, await IndexAsync());
    }

    [Fact]
    public async Task Ranges_of_an_index_are_not_kept_since_a_rebuilt_one_has_the_same_name()
    {
        await _inner.PutAsync(Index, new byte[_index.Length], Token);
        var into = new byte[20];
        await _store.GetRangeAsync(Index, 4, into, Token);
        await _inner.PutAsync(Index, _index, Token);
        await _store.GetRangeAsync(Index, 4, into, Token);
        Assert.Equal(_index[4..24], into);
    }

    [Fact]
    public async Task A_poisoned_cache_is_never_believed()
    {
        await PutAsync();
        await RangeAsync(100, 200);
        await _memory.StoredAsync(1);
        foreach (var key in _memory.Values.Keys)
            _memory.Values[key] = [.. _memory.Values[key].AsSpan(0, 50), 99, .. _memory.Values[key].AsSpan(51)];
        Assert.Equal(_data[100..300], await RangeAsync(100, 200));
        foreach (var key in _memory.Values.Keys)
            _memory.Values[key] = "STORED"u8.ToArray();
        Assert.Equal(_data[100..300], await RangeAsync(100, 200));
    }

    [Theory]
    [InlineData(CacheStatus.Error)]
    [InlineData(CacheStatus.Timeout)]
    [InlineData(CacheStatus.Open)]
    public async Task A_dead_cache_fails_nothing(CacheStatus status)
    {
        await PutAsync();
        _memory.Fault = status;
        Assert.Equal(_index, await IndexAsync());
        Assert.Equal(_data[100..300], await RangeAsync(100, 200));
        await Assert.ThrowsAsync<ObjectNotFoundException>(async () => await _store.GetIndexAsync("t/019aab5f-0000-7000-8000-000000000002/index.bin", "0", Token));
    }

    [Fact]
    public async Task When_the_cache_does_not_keep_up_values_are_dropped_and_nobody_waits()
    {
        await PutAsync();
        _memory.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cache = new SharedCache(_memory, new SharedCacheOptions { Name = "slow", Writers = 1, WriteBufferItems = 2 }, NullLogger.Instance);
        for (var i = 0; i < 100; i++)
            cache.Set($"rubato:{i}", new byte[10]);
        _memory.Hold.SetResult();
        await _memory.StoredAsync(1);
        Assert.InRange(_memory.Values.Count, 1, 4);

        await using var small = new SharedCache(_memory, new SharedCacheOptions { Name = "small", MaxItemBytes = 5, WriteBufferBytes = 3 }, NullLogger.Instance);
        small.Set("rubato:too-large", new byte[6]);
        small.Set("rubato:too-many-bytes", new byte[4]);
        Assert.DoesNotContain(_memory.Values.Keys, key => key.StartsWith("rubato:too", StringComparison.Ordinal));
    }

    private async Task PutAsync()
    {
        await _inner.PutAsync(Data, _data, Token);
        await _inner.PutAsync(Index, _index, Token);
    }

    private async Task<byte[]> RangeAsync(int offset, int length, CacheRole role = CacheRole.Page)
    {
        var into = new byte[length];
        await _store.GetRangeAsync(Data, offset, into, role, Token);
        return into;
    }

    private ValueTask<byte[]> IndexAsync() => _store.GetIndexAsync(Index, BlockMeta.ChecksumOf(_index), Token);

    private int Gets(string key) => _inner.Calls.Count(call => call == "get " + key);

    private sealed class MemoryCache : ICacheClient
    {
        private readonly SemaphoreSlim _stored = new(0);
        private int _sets;

        public ConcurrentDictionary<string, byte[]> Values { get; } = new(StringComparer.Ordinal);

        public CacheStatus? Fault { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public string Kind => "memcached";

        public ValueTask<CacheAnswer> GetAsync(string key, int maxBytes, CancellationToken cancellationToken) => new(
            Fault is { } fault ? new CacheAnswer(fault) : Values.TryGetValue(key, out var value) ? new CacheAnswer(CacheStatus.Hit, value) : new CacheAnswer(CacheStatus.Miss));

        public async ValueTask<CacheAnswer> SetAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
        {
            if (Hold is not null)
                await Hold.Task;
            Values[key] = value.ToArray();
            Interlocked.Increment(ref _sets);
            _stored.Release();
            return new CacheAnswer(Fault ?? CacheStatus.Stored);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>Waits until so many values were stored since the beginning.</summary>
        public async Task StoredAsync(int count)
        {
            while (Volatile.Read(ref _sets) < count)
                await _stored.WaitAsync(Token);
        }
    }
}
