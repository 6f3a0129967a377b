using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

/// <summary>What fuzzing found in the log: damage in one place that cost sound records in another.</summary>
public sealed class WalFindingsTests
{
    [Fact]
    public async Task A_damaged_header_does_not_make_record_numbers_start_again()
    {
        var disk = new MemoryWalFileSystem();
        await using (var log = WalTestLog.Open(disk)) await log.Append("old run");
        await using (var log = WalTestLog.Open(disk))
        {
            await log.Append("new run 1");
            await log.Append("new run 2");
        }

        // The first segment is trimmed away, the header of the only one left is damaged.
        disk.Delete(disk.Segments[0]);
        var bytes = disk[disk.Segments[0]];
        bytes[20] ^= 1;
        disk[disk.Segments[0]] = bytes;
        await using (var log = WalTestLog.Open(disk)) await log.Append("newest run");

        var (texts, _) = await WalTestLog.Reopened(disk);

        Assert.Equal(["new run 1", "new run 2", "newest run"], texts);
    }

    [Fact]
    public async Task A_copied_record_of_a_later_segment_does_not_push_out_the_records_between()
    {
        var disk = new MemoryWalFileSystem();
        await using (var log = WalTestLog.Open(disk, WalTestLog.Options() with { SegmentBytes = 200 }))
        {
            for (var i = 0; i < 12; i++) await log.Append($"record {i:00} {new string('x', 60)}");
        }

        Assert.True(disk.Segments.Count > 3);
        var later = disk[disk.Segments[^1]];
        disk[disk.Segments[0]] = [.. disk[disk.Segments[0]], .. later[WalSegmentHeader.Bytes..]];

        var (texts, summary) = await WalTestLog.Reopened(disk);

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"record {i:00}"), texts.Select(text => text[..9]));
        Assert.True(summary.Damages > 0);
    }
}
