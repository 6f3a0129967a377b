using CsCheck;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

public sealed class WalReplayTests
{
    [Fact]
    public async Task A_tail_torn_at_any_byte_is_cut_off_and_the_rest_is_whole()
    {
        var (written, name) = await Written("first", "second", "third");
        var ends = FrameEnds(written[name]);
        for (var length = 0; length < written[name].Length; length++)
        {
            var disk = Copy(written);
            disk[name] = disk[name][..length];
            var (texts, summary) = await WalTestLog.Reopened(disk);

            Assert.Equal(ends.Count(end => end <= length), texts.Count);
            Assert.Equal(0, summary.Damages);
            var clean = length == 0 || length == WalSegmentHeader.Bytes || ends.Contains(length);
            Assert.Equal(clean ? 0 : 1, summary.TornTails);
            Assert.Equal(0, (await WalTestLog.Reopened(disk)).Summary.TornTails);
        }
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_costs_one_record_at_most()
    {
        string[] all = ["first", "second", "third"];
        var (written, name) = await Written(all);
        for (var at = 0; at < written[name].Length; at++)
        {
            var disk = Copy(written);
            var bytes = disk[name];
            bytes[at] ^= 1;
            disk[name] = bytes;

            var (texts, summary) = await WalTestLog.Reopened(disk);

            Assert.True(texts.Count >= (at < WalSegmentHeader.Bytes ? 3 : 2), $"flipped at {at}: {texts.Count} records");
            Assert.Equal(all.Intersect(texts), texts);
            Assert.Equal(1, summary.Damages + summary.TornTails);
            if (summary.Damages > 0)
                Assert.Equal(bytes, disk[name + ".damaged"]);
        }
    }

    [Fact]
    public async Task A_damaged_stretch_is_skipped_in_the_middle_of_many_segments()
    {
        var disk = new MemoryWalFileSystem();
        await using (var log = WalTestLog.Open(disk, WalTestLog.Options() with { SegmentBytes = 100_000 }))
        {
            for (var i = 0; i < 1000; i++)
                await log.Append($"{i}:{new string('x', 400)}");
        }

        var victim = disk.Segments[2];
        var bytes = disk[victim];
        bytes.AsSpan(50_000, 2000).Clear();
        disk[victim] = bytes;

        var (texts, summary) = await WalTestLog.Reopened(disk);

        Assert.InRange(texts.Count, 993, 996);
        Assert.Equal((1, 0), (summary.Damages, summary.TornTails));
        Assert.StartsWith("999:", texts[^1]);
        Assert.Equal(1000 - texts.Count, summary.DamagedBytes / 445);
    }

    [Fact]
    public async Task A_frame_inside_a_payload_is_never_taken_for_a_record()
    {
        var (other, otherName) = await Written(seed: 99, "smuggled");
        var smuggled = other[otherName][WalSegmentHeader.Bytes..];
        var disk = new MemoryWalFileSystem();
        await using (var log = WalTestLog.Open(disk))
        {
            await log.AppendAsync(Rubato.Model.Tenants.TenantId.Single, smuggled, TestContext.Current.CancellationToken);
            await log.Append("honest");
        }

        // Damage the outer header: the scan now walks through the payload.
        var bytes = disk[disk.Segments[0]];
        bytes[WalSegmentHeader.Bytes + 5] ^= 1;
        disk[disk.Segments[0]] = bytes;

        Assert.Equal(["honest"], (await WalTestLog.Reopened(disk)).Texts);
    }

    [Fact]
    public async Task A_segment_of_a_newer_program_stops_the_start()
    {
        var (disk, name) = await Written("a");
        var bytes = disk[name];
        bytes[8] = 2;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(40), System.IO.Hashing.XxHash3.HashToUInt64(bytes.AsSpan(0, 40)));
        disk[name] = bytes;

        var failure = Assert.Throws<InvalidDataException>(() => WalTestLog.Open(disk));
        Assert.Contains(name, failure.Message);
        Assert.Contains("version 2", failure.Message);
    }

    [Fact]
    public async Task Segments_of_two_logs_are_not_mixed()
    {
        var (disk, _) = await Written("a");
        var (other, otherName) = await Written(seed: 2, "b");
        disk["00000000000000000009.wal"] = other[otherName];

        Assert.Throws<InvalidDataException>(() => WalTestLog.Open(disk));
    }

    [Fact]
    public async Task A_lost_id_file_is_rebuilt_from_the_segments()
    {
        var (disk, _) = await Written("a");
        await using var before = WalTestLog.Open(disk);
        disk.Delete(WalFolder.IdFileName);

        await using var after = WalTestLog.Open(disk, seed: 77);

        Assert.Equal(before.WalId, after.WalId);
        Assert.Equal(["a"], after.Texts(out _));
    }

    [Fact]
    public async Task An_emptied_folder_gets_a_new_identity()
    {
        var (disk, name) = await Written("a");
        await using var before = WalTestLog.Open(disk);
        disk.Delete(name);

        await using var after = WalTestLog.Open(disk, seed: 77);

        Assert.NotEqual(before.WalId, after.WalId);
    }

    [Fact]
    public void Any_bytes_are_read_to_the_end_without_a_crash() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Int[0, 400], Gen.Int[0, 400]).Sample(
            (noise, at, remove) =>
            {
                var (disk, name) = Written("first", "second", "third").GetAwaiter().GetResult();
                var bytes = disk[name];
                at = Math.Min(at, bytes.Length);
                disk[name] = [.. bytes[..at], .. noise, .. bytes[Math.Min(bytes.Length, at + remove)..]];
                var (texts, _) = WalTestLog.Reopened(disk).GetAwaiter().GetResult();
                string[] all = ["first", "second", "third"];
                Assert.Equal(all.Intersect(texts), texts);
            },
            iter: 300, threads: 1);

    private static Task<(MemoryWalFileSystem Disk, string Name)> Written(params string[] texts) => Written(seed: 1, texts);

    private static async Task<(MemoryWalFileSystem Disk, string Name)> Written(int seed, params string[] texts)
    {
        var disk = new MemoryWalFileSystem();
        await using (var log = WalTestLog.Open(disk, seed: seed))
        {
            foreach (var text in texts)
                await log.Append(text);
        }

        return (disk, disk.Segments[0]);
    }

    private static MemoryWalFileSystem Copy(MemoryWalFileSystem from)
    {
        var copy = new MemoryWalFileSystem();
        foreach (var name in from.List())
            copy[name] = from[name];
        return copy;
    }

    private static List<int> FrameEnds(byte[] bytes)
    {
        var ends = new List<int>();
        for (var at = WalSegmentHeader.Bytes; at < bytes.Length; ends.Add(at))
            at += WalFrame.HeaderBytes + BitConverter.ToInt32(bytes, at + 4);
        return ends;
    }
}
