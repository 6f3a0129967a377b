using CsCheck;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

public sealed class WalFaultTests
{
    [Fact]
    public void After_a_power_cut_replay_gives_a_prefix_with_everything_acknowledged() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 200], Gen.Int[0, 200], Gen.Int[0, int.MaxValue])
            .Sample(
                (a, b, c, seed) => SurvivesCrashes([a, b, c], seed).GetAwaiter().GetResult(),
                iter: 300, threads: 1);

    /// <summary>
    /// Lives of one log, each ended by a power cut at the given operation. The oracle is a list: what the last replay gave,
    /// then every append in order. The next replay must be a stretch of it that begins no later than what was trimmed
    /// and ends no earlier than what was acknowledged.
    /// </summary>
    private static async Task SurvivesCrashes(int[] crashPoints, int seed)
    {
        var random = new Random(seed);
        var disk = new MemoryWalFileSystem();
        var oracle = new List<string>();
        var (acknowledged, trimmed, number) = (0, 0, 0);
        foreach (var crashAt in crashPoints.Append(int.MaxValue))
        {
            disk.CrashAtOperation = crashAt;
            WriteAheadLog log;
            try
            {
                log = WalTestLog.Open(disk, WalTestLog.Options() with { SegmentBytes = 600 }, seed: random.Next());
            }
            catch (IOException) when (disk.Crashed)
            {
                disk = disk.AfterPowerCut(random);
                continue;
            }

            var replayed = log.Texts(out var summary);
            Assert.Equal(0, summary.Damages);
            var start = replayed.Count == 0 ? trimmed : oracle.IndexOf(replayed[0]);
            Assert.InRange(start, 0, trimmed);
            Assert.Equal(oracle.Skip(start).Take(replayed.Count), replayed);
            Assert.True(start + replayed.Count >= acknowledged, $"{acknowledged} acknowledged, found {start}..{start + replayed.Count}");
            (oracle, acknowledged, trimmed) = (replayed, replayed.Count, 0);

            for (var round = 0; round < 30 && !disk.Crashed; round++)
            {
                var group = new List<(int Index, Task<WalPosition> Task)>();
                for (var i = random.Next(1, 8); i > 0; i--)
                {
                    var text = $"{number++}:{new string('x', random.Next(200))}";
                    oracle.Add(text);
                    group.Add((oracle.Count - 1, log.Append(text).AsTask()));
                }

                foreach (var (index, task) in group)
                {
                    try
                    {
                        var position = await task;
                        acknowledged = index + 1;
                        if (random.Next(20) == 0)
                        {
                            trimmed = index;
                            await log.TrimBeforeAsync(position.Sequence);
                        }
                    }
                    catch (WalWriteException)
                    {
                        Assert.True(disk.Crashed);
                    }
                }
            }

            await log.DisposeAsync();
            disk = disk.AfterPowerCut(random);
        }
    }

    [Fact]
    public async Task Disk_full_refuses_loses_nothing_acknowledged_and_recovers()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk);
        await log.Append("kept");
        disk.FreeBytes = 30;

        var failure = await Assert.ThrowsAsync<WalWriteException>(async () => await log.Append("refused"));
        Assert.Equal(WalWriteFailure.DiskFull, failure.Failure);
        Assert.True(failure.IsRetryable);
        disk.FreeBytes = long.MaxValue;
        await log.Append("taken again");

        var (texts, summary) = await WalTestLog.Reopened(disk.AfterPowerCut(new Random(1)));
        Assert.Equal(["kept", "taken again"], texts);
        Assert.Equal((0, 0), (summary.TornTails, summary.Damages));
    }

    [Fact]
    public async Task Disk_full_with_a_stuck_file_goes_on_in_a_new_segment()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk);
        await log.Append("kept");
        disk.FreeBytes = 30;
        disk.FailSetLength = true;

        await Assert.ThrowsAsync<WalWriteException>(async () => await log.Append("refused"));
        disk.FreeBytes = long.MaxValue;
        disk.FailSetLength = false;
        await log.Append("taken again");

        Assert.Equal(2, disk.Segments.Count);
        var (texts, summary) = await WalTestLog.Reopened(disk);
        Assert.Equal(["kept", "taken again"], texts);
        Assert.Equal(1, summary.TornTails);
        Assert.Contains(disk.List(), name => name.EndsWith(".damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_is_full_at_start_is_no_obstacle_to_starting()
    {
        var disk = new MemoryWalFileSystem();
        await WalTestLog.Open(disk).DisposeAsync();
        disk.FreeBytes = 0;
        await using var log = WalTestLog.Open(disk);
        await Assert.ThrowsAsync<WalWriteException>(async () => await log.Append("refused"));
        disk.FreeBytes = long.MaxValue;

        await log.Append("taken");

        Assert.Equal(["taken"], (await WalTestLog.Reopened(disk)).Texts);
    }

    [Fact]
    public async Task Trim_gives_space_back_on_a_full_disk()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk);
        await log.Append(new string('x', 1000));
        disk.FreeBytes = 0;

        await log.TrimBeforeAsync(long.MaxValue);

        Assert.True(disk.FreeBytes >= 1000);
        await log.Append("after");
        Assert.Equal(["after"], (await WalTestLog.Reopened(disk)).Texts);
    }

    [Fact]
    public async Task After_a_failed_fsync_the_segment_is_left_and_its_waiting_records_fail()
    {
        var disk = new MemoryWalFileSystem();
        await using var log = WalTestLog.Open(disk);
        await log.Append("kept");
        disk.FailSyncs = 1;

        var failure = await Assert.ThrowsAsync<WalWriteException>(async () => await log.Append("failed"));
        Assert.Equal(WalWriteFailure.Disk, failure.Failure);
        await log.Append("next");

        Assert.Equal(2, disk.Segments.Count);
        Assert.Equal(["kept", "next"], (await WalTestLog.Reopened(disk)).Texts);
    }
}
