using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Ingester;

/// <summary>Where the ingester's blocks go: written by the storage, made visible by the block list.</summary>
public interface IBlockSink
{
    /// <summary>Writes the rows as one block. When the task ends, the block is committed: it survives a power cut.</summary>
    Task<CutBlock> WriteAsync(BlockCut cut, CancellationToken cancellationToken);

    /// <summary>Makes the block visible to queries. Called while the ingester takes the same spans out of recent data; must be quick.</summary>
    void Publish(CutBlock block);
}

/// <summary>What to write.</summary>
/// <param name="Tenant">Whose spans.</param>
/// <param name="Batches">The batches, each with the ascending rows to take, or null for all of them.</param>
/// <param name="WalRecords">Inclusive ranges of records that have rows in these batches.</param>
/// <param name="CarriedTraces">Traces of those records whose spans are not in the block but still in recent data.</param>
public sealed record BlockCut(
    TenantId Tenant, IReadOnlyList<(SpanBatch Batch, int[]? Rows)> Batches, IReadOnlyList<(long First, long Last)> WalRecords, IReadOnlyCollection<TraceId> CarriedTraces);

/// <param name="Name">The block's id, for people.</param>
/// <param name="Spans">Spans in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Handle">The sink's own.</param>
public sealed record CutBlock(string Name, int Spans, long Bytes, object Handle);
