using Rubato.Storage.Wal;
using Rubato.Ingest.Ingester;
using Rubato.Model.Scanning;
using Rubato.Storage;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Server;

/// <summary>
/// Writes the ingester's blocks into the object store. Order: data, index, carried traces, then rubato.json, which is the
/// commit point: a crash before it leaves a folder that nobody reads, after it a block that names its WAL records.
/// </summary>
internal sealed class BlockSink(IObjectStore store, BlockList list, Guid walId, string scratchFolder, BlockWriterOptions options, TimeProvider time, Random random) : IBlockSink
{
    private readonly Lock _randomLock = new();

    public async Task<CutBlock> WriteAsync(BlockCut cut, CancellationToken cancellationToken)
    {
        FaultPoints.Reach(FaultPoints.CutBegins);
        BlockId id;
        lock (_randomLock) id = BlockId.New(time, random);
        Directory.CreateDirectory(scratchFolder);
        var dataPath = Path.Combine(scratchFolder, id + ".data");
        var input = cut.Batches
            .Where(b => b.Rows is null || b.Rows.Length > 0)
            .Select(b => b.Rows is null ? BatchRows.All(b.Batch) : new BatchRows(b.Batch, RowSet.Of(b.Rows)))
            .ToList();
        var committed = false;
        try
        {
            using var index = new MemoryStream();
            // CPU work of up to a second: not on a thread that answers requests.
            var figures = await Task.Run(
                () =>
                {
                    using var data = new FileStream(dataPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20);
                    return BlockFormats.Current.Write(input, data, index, options, cancellationToken);
                },
                cancellationToken);

            await store.PutFileAsync(BlockKeys.Of(cut.Tenant, id, BlockKeys.Data), dataPath, cancellationToken);
            FaultPoints.Reach(FaultPoints.BlockDataWritten);
            await store.PutAsync(BlockKeys.Of(cut.Tenant, id, BlockKeys.Index), index.GetBuffer().AsMemory(0, (int)index.Length), cancellationToken);
            FaultPoints.Reach(FaultPoints.BlockIndexWritten);
            if (cut.CarriedTraces.Count > 0)
            {
                await store.PutAsync(BlockKeys.Of(cut.Tenant, id, CarriedTraces.FileName), CarriedTraces.Encode(cut.CarriedTraces), cancellationToken);
                FaultPoints.Reach(FaultPoints.BlockCarriedWritten);
            }

            var meta = BlockMetas.Of(cut.Tenant, id, figures) with
            {
                WalId = walId,
                WalRecords = [.. cut.WalRecords.Select(r => new WalRecordRange(r.First, r.Last))],
            };
            await store.PutAsync(BlockKeys.Of(cut.Tenant, id, BlockKeys.Meta), meta.ToJson(), CancellationToken.None);
            committed = true;
            FaultPoints.Reach(FaultPoints.BlockCommitted);
            return new CutBlock(id.ToString(), figures.SpanCount, figures.DataBytes + figures.IndexBytes, meta);
        }
        finally
        {
            File.Delete(dataPath);
            if (!committed) await RemoveAsync(cut, id);
        }
    }

    public void Publish(CutBlock block)
    {
        list.Add((BlockMeta)block.Handle);
        FaultPoints.Reach(FaultPoints.BlockPublished);
    }

    // A block that was not committed is invisible; what it wrote only takes space (perhaps the space that was missing). But a put may fail
    // after it had its effect: while the description may be there, the block must stay whole, since replay leaves out what it names.
    private async Task RemoveAsync(BlockCut cut, BlockId id)
    {
        foreach (var name in (string[])[BlockKeys.Meta, BlockKeys.Data, BlockKeys.Index, CarriedTraces.FileName])
        {
            try
            {
                await store.DeleteAsync(BlockKeys.Of(cut.Tenant, id, name), CancellationToken.None);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (name == BlockKeys.Meta) return;
            }
        }
    }
}
