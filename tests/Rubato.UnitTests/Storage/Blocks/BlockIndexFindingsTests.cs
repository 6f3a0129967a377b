using System.Buffers.Binary;
using System.IO.Hashing;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>What fuzzing found in index.bin behind a right checksum.</summary>
public sealed class BlockIndexFindingsTests
{
    [Fact]
    public async Task A_wrongly_written_index_is_damage_or_readable_and_never_another_error()
    {
        using var block = TestBlock.Write(new SpanGenerator(31).Batches(1, 60));
        var good = await File.ReadAllBytesAsync(block.IndexPath, TestContext.Current.CancellationToken);
        var random = new Random(5);
        var named = 0;
        for (var i = 0; i < 2000; i++)
        {
            // Dictionaries stand at the end.
            var bad = good.ToArray();
            bad[random.Next(bad.Length * 2 / 3, bad.Length - 8)] = (byte)random.Next(256);
            BinaryPrimitives.WriteUInt64LittleEndian(bad.AsSpan(bad.Length - 8), XxHash3.HashToUInt64(bad.AsSpan(0, bad.Length - 8)));
            await File.WriteAllBytesAsync(block.IndexPath, bad, TestContext.Current.CancellationToken);
            using var forged = TestBlock.Format.OpenFolder(block.Folder, new BlockCache(16 << 20));
            try
            {
                foreach (var segment in await forged.OpenSegmentsAsync(CancellationToken.None))
                {
                    foreach (var column in segment.Attributes)
                    {
                        await segment.MayContainAsync(column, "value-1"u8.ToArray(), ScanContext.None);
                        await segment.ReadDictionaryAsync(column, ScanContext.None);
                    }
                }
            }
            catch (SegmentDamagedException)
            {
                named++;
            }
        }

        Assert.InRange(named, 1, 1999);
    }
}
