using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.BlockLists;

/// <summary>A Tempo on the same bucket, and whatever else lies there: counted, named once, never changed.</summary>
public sealed class ForeignObjectsTests
{
    private const string TempoBlock = "6f1e9c1e-4f0b-4b7e-9c39-1f7f8f2f5a11";
    private const string TempoUpload = "0b7c1d52-93a4-4c58-8a5e-2d3f4a5b6c7d";

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly MemoryObjectStore _store;
    private readonly BlockList _list = new();

    public ForeignObjectsTests() => _store = new MemoryObjectStore(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Tempos_blocks_and_indexes_are_counted_named_once_and_left_alone()
    {
        var tenant = TenantId.Parse("foreign-tempo");
        string[] theirs =
        [
            $"{TempoBlock}/meta.json", $"{TempoBlock}/data.parquet", $"{TempoBlock}/bloom-0", $"{TempoBlock}/index",
            $"{TempoUpload}/data.parquet", "index.json.gz", "index.pb.zst", "notes.txt",
        ];
        foreach (var name in theirs)
            await _store.PutAsync($"{tenant.Value}/{name}", "theirs"u8.ToArray(), Token);
        await _store.PutAsync("tempo_cluster_seed.json", "{}"u8.ToArray(), Token);
        var ours = TestBlocks.Meta(tenant, 1, Noon);
        await _store.Write(ours);
        var log = new RecordingLogger<BlockListPoller>();
        var poller = new BlockListPoller(_store, _list, new BlockListPollerOptions(), _time, log);

        await poller.PollAsync(Token);
        _time.Advance(TimeSpan.FromDays(30));
        await poller.PollAsync(Token);
        var sweeper = new RetentionSweeper(_store, _list, _ => TimeSpan.FromDays(7), new RetentionOptions(), _time);
        await sweeper.SweepAsync(Token);
        _time.Advance(TimeSpan.FromDays(1));
        await sweeper.SweepAsync(Token);

        Assert.Equal((2, 2, 1), (Count(tenant, "tempo_block"), Count(tenant, "tempo_index"), Count(tenant, "other")));
        var named = Assert.Single(log.Records, record => record.Message.StartsWith("other programs' objects", StringComparison.Ordinal));
        Assert.Contains("tempo_blocks=2 tempo_indexes=2 other_objects=1", named.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Records, record => record.Level >= LogLevel.Warning);
        foreach (var name in theirs)
            Assert.Equal("theirs"u8.ToArray(), await _store.GetAsync($"{tenant.Value}/{name}", Token));
        Assert.Empty(_list.Quarantined);
        // Ours went with its retention.
        Assert.DoesNotContain(_store.Keys, key => key.Contains(ours.BlockId.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_put_into_a_blocks_folder_outlives_the_block()
    {
        var tenant = TenantId.Parse("foreign-in-block");
        var block = TestBlocks.Meta(tenant, 1, Noon);
        await _store.Write(block);
        var notes = BlockKeys.Of(tenant, block.BlockId, "incident-4711.txt");
        await _store.PutAsync(notes, "look here"u8.ToArray(), Token);
        await new BlockListPoller(_store, _list, new BlockListPollerOptions(), _time).PollAsync(Token);
        Assert.Single(_list.Blocks(tenant));
        Assert.Equal(1, Count(tenant, "other"));

        var sweeper = new RetentionSweeper(_store, _list, _ => TimeSpan.FromDays(7), new RetentionOptions(), _time);
        _time.Advance(TimeSpan.FromDays(8));
        await sweeper.SweepAsync(Token);
        _time.Advance(TimeSpan.FromDays(1));
        await sweeper.SweepAsync(Token);

        Assert.Equal([notes], _store.Keys);
    }

    [Theory]
    [InlineData("claim.0", true)]
    [InlineData("claim.12", true)]
    [InlineData("held.bin", true)]
    [InlineData("carried.bin", true)]
    [InlineData("claim.", false)]
    [InlineData("claim.0x", false)]
    public async Task What_a_merge_writes_beside_a_block_goes_with_it(string name, bool isOurs)
    {
        var tenant = TenantId.Parse("foreign-claim-" + name.Length + isOurs);
        var block = TestBlocks.Meta(tenant, 1, Noon);
        await _store.Write(block);
        await _store.PutAsync(BlockKeys.Of(tenant, block.BlockId, name), "{}"u8.ToArray(), Token);
        await new BlockListPoller(_store, _list, new BlockListPollerOptions(), _time).PollAsync(Token);
        Assert.Equal(isOurs ? 0 : 1, Count(tenant, "other"));

        var sweeper = new RetentionSweeper(_store, _list, _ => TimeSpan.FromDays(7), new RetentionOptions(), _time);
        _time.Advance(TimeSpan.FromDays(8));
        await sweeper.SweepAsync(Token);
        _time.Advance(TimeSpan.FromDays(1));
        await sweeper.SweepAsync(Token);
        Assert.Equal(isOurs ? 0 : 1, _store.Keys.Count);
    }

    private static double Count(TenantId tenant, string kind) => Metrics.CreateGauge(
        "rubato_foreign_objects", "What other programs put into the tenant's folder, at the last poll: left alone. Kinds: tempo_block (folders), tempo_index, other.", "tenant", "kind")
        .WithLabels(tenant.Value, kind).Value;
}
