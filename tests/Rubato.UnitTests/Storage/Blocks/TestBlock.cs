using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Oracles;
using Rubato.Storage.Blocks;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>A block written into a folder of its own, gone with the test.</summary>
internal sealed class TestBlock : IDisposable
{
    private static int s_smallBlocks;

    private TestBlock(string folder, BlockFigures figures)
    {
        Folder = folder;
        Figures = figures;
        Block = Format.OpenFolder(folder, Cache);
    }

    public static IBlockFormat Format => BlockFormats.Current;

    public string Folder { get; }

    public string DataPath => Path.Combine(Folder, BlockKeys.Data);

    public string IndexPath => Path.Combine(Folder, BlockKeys.Index);

    public BlockFigures Figures { get; }

    public BlockCache Cache { get; } = new(64 << 20);

    public IBlock Block { get; }

    public static TestBlock Write(IEnumerable<SpanBatch> batches, BlockWriterOptions? options = null) =>
        Write([.. batches.Select(BatchRows.All)], options);

    public static TestBlock Write(IReadOnlyList<BatchRows> input, BlockWriterOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("rubato-block-").FullName;
        BlockFigures figures;
        using (var data = File.Create(Path.Combine(folder, BlockKeys.Data)))
        using (var index = File.Create(Path.Combine(folder, BlockKeys.Index)))
            figures = Format.Write(input, data, index, options ?? new BlockWriterOptions { RowGroupSpans = 200 }, CancellationToken.None);
        var block = new TestBlock(folder, figures);
        // Every block that a test writes is read by other engines too. Some tests write thousands with a few spans each: of those every 20th.
        if (figures.SpanCount >= 40 || Interlocked.Increment(ref s_smallBlocks) % 20 == 1) FileOracles.Check(block.DataPath);
        return block;
    }

    /// <summary>A block that somebody else wrote into a folder, which goes with it.</summary>
    public static TestBlock Of(string folder, BlockFigures figures) => new(folder, figures);

    public async Task<IReadOnlyList<ISpanSegment>> SegmentsAsync() => await Block.OpenSegmentsAsync(CancellationToken.None);

    public void Dispose()
    {
        Block.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
