using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Columns;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;
using Rubato.Testing;
using Rubato.UnitTests.Storage.ObjectStores;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>Many real blocks in a store that is far away. Few are made; the others are the same bytes under other names.</summary>
internal sealed class StoredBlocks
{
    private readonly MemoryObjectStore _near = new(TimeProvider.System);

    private StoredBlocks() => Store = new FarObjectStore(_near);

    public static TenantId Tenant => TenantId.Single;

    public FarObjectStore Store { get; }

    public BlockList List { get; } = new();

    public static async Task<StoredBlocks> WriteAsync(int blocks, int different, int spansEach)
    {
        var stored = new StoredBlocks();
        var made = Enumerable.Range(0, different).Select(i => Make(i, spansEach)).ToArray();
        for (var i = 0; i < blocks; i++)
        {
            var (figures, data, index) = made[i % different];
            var meta = TestBlocks.Meta(Tenant, 1000 + i, DateTimeOffset.UnixEpoch.AddDays(1)) with
            {
                StartTime = DateTimeOffset.UnixEpoch,
                EndTime = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero),
                Size = data.Length,
                IndexSize = index.Length,
                IndexChecksum = figures.IndexChecksum,
                FooterSize = figures.FooterBytes,
            };
            await stored._near.PutAsync(BlockKeys.Of(Tenant, meta.BlockId, BlockKeys.Data), data);
            await stored._near.PutAsync(BlockKeys.Of(Tenant, meta.BlockId, BlockKeys.Index), index);
            stored.List.Add(meta);
        }

        return stored;
    }

    public BlockStore Open(long cacheBytes) => new(Store, List, new BlockCache(cacheBytes), NullLogger<BlockStore>.Instance);

    /// <summary>Every block has one span with <c>span.needle = "here-(number)"</c>.</summary>
    private static (BlockFigures Figures, byte[] Data, byte[] Index) Make(int number, int spans)
    {
        var builder = new SpanBatchBuilder();
        new SpanGenerator(500 + number) { KeyCount = 8, RepeatsKeys = false, HalfIdShare = 0 }.Fill(builder, spans);
        builder.AddString(AttributeOwner.Span, spans / 2, "needle"u8, Encoding.UTF8.GetBytes("here-" + number));
        using var data = new MemoryStream();
        using var index = new MemoryStream();
        var figures = BlockFormats.Current.Write([BatchRows.All(builder.Snapshot())], data, index, BlockWriterOptions.Default, CancellationToken.None);
        return (figures, data.ToArray(), index.ToArray());
    }
}
