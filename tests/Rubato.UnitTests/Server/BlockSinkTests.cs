using Rubato.Ingest.Ingester;
using Rubato.Model.Tenants;
using Rubato.Server;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Server;

public sealed class BlockSinkTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("rubato-sink-").FullName;
    private readonly StoredObjects _objects = new(TimeProvider.System);

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    /// <summary>Found by the simulation: replay left out the records that a half-removed block names, and their spans were gone.</summary>
    [Fact]
    public async Task A_block_whose_description_may_be_there_stays_whole()
    {
        var failed = await Assert.ThrowsAnyAsync<IOException>(() => WriteAsync(call => call.Key.EndsWith(BlockKeys.Meta, StringComparison.Ordinal)
            ? call.Operation == "put" ? StoreFault.LostAnswer : StoreFault.Error
            : StoreFault.None));

        Assert.Contains("503", failed.Message, StringComparison.Ordinal);
        Assert.Equal([BlockKeys.Data, BlockKeys.Index, BlockKeys.Meta], Names());
    }

    [Fact]
    public async Task A_block_that_was_not_committed_leaves_nothing()
    {
        await Assert.ThrowsAnyAsync<IOException>(() => WriteAsync(call => call is { Operation: "put" } && call.Key.EndsWith(BlockKeys.Meta, StringComparison.Ordinal) ? StoreFault.LostAnswer : StoreFault.None));
        Assert.Empty(Names());
    }

    private IEnumerable<string> Names() => _objects.Keys.Select(key => key[(key.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal);

    private Task<CutBlock> WriteAsync(Func<StoreCall, StoreFault> faults)
    {
        var store = new FaultyObjectStore(_objects, new ProcessLife(), faults, new Random(1));
        var sink = new BlockSink(store, new BlockList(), Guid.Empty, _scratch, BlockWriterOptions.Default, TimeProvider.System, new Random(1));
        var batch = new SpanGenerator(1).Batch(20);
        return sink.WriteAsync(new BlockCut(TenantId.Single, [(batch, null)], [(1, 1)], []), TestContext.Current.CancellationToken);
    }
}
