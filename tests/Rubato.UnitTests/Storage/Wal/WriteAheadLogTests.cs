using System.Buffers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

public sealed class WriteAheadLogTests
{
    [Theory]
    [InlineData(WalEncoding.None)]
    [InlineData(WalEncoding.Snappy)]
    [InlineData(WalEncoding.Zstd)]
    [InlineData(WalEncoding.Lz4)]
    [InlineData(WalEncoding.Gzip)]
    public async Task Every_encoding_gives_back_what_went_in_with_its_tenant(WalEncoding encoding)
    {
        var disk = new MemoryWalFileSystem();
        string[] texts = ["", "a", new('x', 100_000), Convert.ToBase64String(RandomBytes(3_000_000))];
        await using (var log = WalTestLog.Open(disk, WalTestLog.Options(encoding)))
        {
            foreach (var text in texts)
                await log.Append(text, TenantId.Parse("tenant-" + text.Length));
        }

        await using var reopened = WalTestLog.Open(disk);
        using var replay = reopened.Replay();
        foreach (var text in texts)
        {
            Assert.True(replay.TryReadNext(out var record));
            Assert.Equal(text, Encoding.UTF8.GetString(record.Payload.Span));
            Assert.Equal("tenant-" + text.Length, record.Tenant.Value);
        }

        Assert.False(replay.TryReadNext(out _));
        Assert.Equal(texts.Sum(text => text.Length), replay.Summary.Bytes);
    }

    [Fact]
    public async Task A_payload_in_pieces_is_stored_as_one()
    {
        var disk = new MemoryWalFileSystem();
        await using (var log = WalTestLog.Open(disk))
            await log.AppendAsync(TenantId.Single, Pieces("one ", "two ", "three"), TestContext.Current.CancellationToken);

        Assert.Equal(["one two three"], (await WalTestLog.Reopened(disk)).Texts);
    }

    [Fact]
    public async Task Appends_that_wait_together_share_one_sync()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk);
        await log.Append("opens the segment");
        var before = disk.Syncs;
        using var syncBegan = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        disk.OnSync = () =>
        {
            syncBegan.Release();
            mayGoOn.Wait();
        };

        var first = log.Append("first").AsTask();
        await syncBegan.WaitAsync(TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 100).Select(i => log.Append("other " + i).AsTask()).ToList();
        Assert.DoesNotContain(others, task => task.IsCompleted);
        mayGoOn.Release(2);
        await Task.WhenAll([first, .. others]);
        disk.OnSync = () => { };

        Assert.Equal(2, disk.Syncs - before);
    }

    [Fact]
    public async Task Numbers_increase_across_restarts_also_when_everything_was_trimmed()
    {
        var disk = new MemoryWalFileSystem();
        var last = 0L;
        for (var start = 0; start < 5; start++)
        {
            await using var log = WalTestLog.Open(disk);
            _ = log.Texts(out _);
            for (var i = 0; i < 3; i++)
            {
                var position = await log.Append("x");
                Assert.True(position.Sequence > last);
                last = position.Sequence;
            }

            await log.TrimBeforeAsync(long.MaxValue);
            Assert.Single(disk.Segments);
        }

        Assert.Empty((await WalTestLog.Reopened(disk)).Texts);
    }

    [Fact]
    public async Task A_number_that_a_power_cut_took_is_never_given_again()
    {
        var disk = new MemoryWalFileSystem();
        var log = WalTestLog.Open(disk, WalTestLog.Options() with { Sync = WalSyncMode.Never });
        var lost = await log.Append("acknowledged, and named by a block");

        await using var after = WalTestLog.Open(disk.AfterPowerCut(new Random(1)));
        var next = await after.Append("new");
        await log.DisposeAsync();

        Assert.True(next.Sequence > lost.Sequence);
    }

    [Fact]
    public async Task Segments_rotate_by_size_and_go_when_nothing_in_them_is_needed()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk, WalTestLog.Options() with { SegmentBytes = 1000 });
        var positions = new List<WalPosition>();
        for (var i = 0; i < 10; i++)
            positions.Add(await log.Append(new string('x', 400)));
        Assert.Equal(5, disk.Segments.Count);

        // Records 0..4 are in blocks: segments of (0, 1) and (2, 3) go, (4, 5) stays for 5.
        await log.TrimBeforeAsync(positions[5].Sequence);

        Assert.Equal(3, disk.Segments.Count);
        Assert.Equal(6, (await WalTestLog.Reopened(disk)).Texts.Count);
    }

    [Fact]
    public async Task Rotate_begins_a_segment_only_behind_records()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk);
        await log.RotateAsync();
        Assert.Empty(disk.Segments);
        await log.Append("a");
        await log.RotateAsync();
        await log.RotateAsync();
        Assert.Equal(2, disk.Segments.Count);
        await log.Append("b");

        Assert.Equal(["a", "b"], (await WalTestLog.Reopened(disk)).Texts);
    }

    [Fact]
    public async Task Replay_leaves_out_what_a_block_holds()
    {
        var disk = new MemoryWalFileSystem();
        long inBlock;
        await using (var log = WalTestLog.Open(disk))
        {
            await log.Append("a");
            inBlock = (await log.Append("b")).Sequence;
            await log.Append("c");
        }

        await using var reopened = WalTestLog.Open(disk);
        using var replay = reopened.Replay(sequence => sequence == inBlock);
        while (replay.TryReadNext(out var record))
            Assert.NotEqual(inBlock, record.Sequence);
        Assert.Equal((2, 1), (replay.Summary.Records, replay.Summary.Skipped));
    }

    [Fact]
    public async Task Every_interval_syncs_what_was_acknowledged_before()
    {
        var disk = new MemoryWalFileSystem();
        var time = new FakeTimeProvider();
        await using var log = WalTestLog.Open(disk, WalTestLog.Options() with { Sync = WalSyncMode.Every(TimeSpan.FromSeconds(1)) }, time);
        await log.Append("a");
        var before = disk.Syncs;
        var synced = new TaskCompletionSource();
        disk.OnSync = () => synced.TrySetResult();

        await log.Append("b");
        Assert.Equal(before, disk.Syncs);
        time.Advance(TimeSpan.FromSeconds(1));

        await synced.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Never_syncs_only_when_asked_to_flush()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk, WalTestLog.Options() with { Sync = WalSyncMode.Never });
        await log.Append("a");
        var before = disk.Syncs;
        await log.Append("b");
        Assert.Equal(before, disk.Syncs);

        await log.FlushAsync();

        Assert.Equal(before + 1, disk.Syncs);
        Assert.Equal(["a", "b"], (await WalTestLog.Reopened(disk.AfterPowerCut(new Random(1)))).Texts);
    }

    [Fact]
    public async Task AppendAsync_TooLarge_IsRefusedForGood()
    {
        await using var log = WalTestLog.Open(new MemoryWalFileSystem(), WalTestLog.Options() with { MaxRecordBytes = 10 });
        var failure = await Assert.ThrowsAsync<WalWriteException>(async () => await log.Append("eleven bytes"));
        Assert.Equal(WalWriteFailure.RecordTooLarge, failure.Failure);
        Assert.False(failure.IsRetryable);
    }

    [Fact]
    public async Task AppendAsync_DiskBehind_IsRefusedUntilItCatchesUp()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk, WalTestLog.Options() with { MaxQueuedBytes = 1000 });
        await log.Append("opens the segment");
        using var syncBegan = new SemaphoreSlim(0);
        using var mayGoOn = new ManualResetEventSlim();
        disk.OnSync = () =>
        {
            syncBegan.Release();
            mayGoOn.Wait();
        };
        var inFlight = log.Append(new string('x', 900)).AsTask();
        await syncBegan.WaitAsync(TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<WalWriteException>(async () => await log.Append(new string('y', 100)));
        Assert.Equal(WalWriteFailure.Overloaded, failure.Failure);
        Assert.True(failure.IsRetryable);
        mayGoOn.Set();
        await inFlight;
        await log.Append(new string('y', 100));
    }

    [Fact]
    public async Task AppendAsync_Cancelled_StoresNothing()
    {
        await using var log = WalTestLog.Open(new MemoryWalFileSystem());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await log.AppendAsync(TenantId.Single, new byte[1], new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Dispose_finishes_what_was_accepted_and_refuses_the_rest()
    {
        var disk = new MemoryWalFileSystem();
        var log = WalTestLog.Open(disk);
        var appends = Enumerable.Range(0, 100).Select(i => log.Append("r" + i).AsTask()).ToList();
        await log.DisposeAsync();
        await log.DisposeAsync();
        await Task.WhenAll(appends);

        var failure = await Assert.ThrowsAsync<WalWriteException>(async () => await log.Append("late"));

        Assert.Equal(WalWriteFailure.Closed, failure.Failure);
        Assert.Equal(100, (await WalTestLog.Reopened(disk.AfterPowerCut(new Random(1)))).Texts.Count);
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static ReadOnlySequence<byte> Pieces(params string[] texts)
    {
        var first = new Piece(Encoding.UTF8.GetBytes(texts[0]), 0);
        var last = texts.Skip(1).Aggregate(first, (piece, text) => piece.Then(Encoding.UTF8.GetBytes(text)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long start) => (Memory, RunningIndex) = (bytes, start);

        public Piece Then(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
