using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class BlockDamageTests
{
    [Theory]
    [InlineData(BlockKeys.Data, 1)]
    [InlineData(BlockKeys.Index, 2)]
    public async Task A_damaged_file_is_named_or_read_right(string file, int seed)
    {
        using var block = TestBlock.Write(new SpanGenerator(21).Batches(2, 150));
        var expected = await SpanText.ReadAsync(await block.SegmentsAsync());
        var path = Path.Combine(block.Folder, file);
        var good = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var random = new Random(seed);
        var named = 0;

        for (var i = 0; i < 300; i++)
        {
            var bad = good.ToArray();
            if (random.Next(4) == 0) bad = bad[..random.Next(bad.Length)];
            else for (var n = random.Next(1, 4); n > 0; n--) bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
            await File.WriteAllBytesAsync(path, bad, TestContext.Current.CancellationToken);
            using var damaged = TestBlock.Format.OpenFolder(block.Folder, new BlockCache(16 << 20));
            try
            {
                var segments = await damaged.OpenSegmentsAsync(CancellationToken.None);
                Assert.Equal(expected, await SpanText.ReadAsync(segments));
            }
            catch (SegmentDamagedException e)
            {
                Assert.Contains(block.Folder, e.Message, StringComparison.Ordinal);
                named++;
            }
        }

        Assert.True(named > 150, $"only {named} of 300 damages were noticed");
    }

    [Fact]
    public async Task A_missing_file_is_damage()
    {
        using var block = TestBlock.Write(new SpanGenerator(22).Batches(1, 50));
        File.Delete(block.DataPath);
        var segment = (await block.SegmentsAsync())[0];

        await Assert.ThrowsAsync<SegmentDamagedException>(async () => await segment.ReadAsync(SpanColumn.Name, ScanContext.None));
        File.Delete(block.IndexPath);
        using var again = TestBlock.Format.OpenFolder(block.Folder, new BlockCache(1 << 20));
        await Assert.ThrowsAsync<SegmentDamagedException>(async () => await again.FindTraceAsync(new TraceId(1, 2), CancellationToken.None));
    }
}
