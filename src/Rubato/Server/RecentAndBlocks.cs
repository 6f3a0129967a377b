using Rubato.Ingest.Ingester;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;

namespace Rubato.Server;

/// <summary>
/// Everything a tenant has: recent spans of the ingester and blocks of the storage. The list of blocks is taken within the
/// ingester's lock, so that spans that move from one to the other are seen exactly once.
/// </summary>
internal sealed class RecentAndBlocks(Ingester ingester, BlockStore blocks, ServerState state) : ISpanSource
{
    public async ValueTask<SpanSnapshot> OpenAsync(TenantId tenant, TimeRange range, CancellationToken cancellationToken)
    {
        var recent = ingester.Snapshot(tenant, () => blocks.List(tenant, range), out var list);
        recent.Reverse();
        return WithReplayNote(await blocks.OpenAsync(tenant, list, recent, range, traceId: null, cancellationToken));
    }

    public async ValueTask<SpanSnapshot> OpenTraceAsync(TenantId tenant, TraceId traceId, TimeRange range, CancellationToken cancellationToken)
    {
        var recent = ingester.Snapshot(tenant, () => blocks.List(tenant, range), out var list);
        return WithReplayNote(await blocks.OpenAsync(tenant, list, recent, range, traceId, cancellationToken));
    }

    /// <summary>While the WAL is replayed an answer may lack acknowledged spans: it then says so instead of "not found".</summary>
    private SpanSnapshot WithReplayNote(SpanSnapshot snapshot) => state.IsRunning("ingester")
        ? snapshot
        : new SpanSnapshot(
            snapshot.Segments, [.. snapshot.Problems, "the write-ahead log is still being replayed: recent spans may be missing"],
            snapshot.BlockCount, snapshot.BlockBytes, snapshot.Dispose)
        {
            SkippedBlockCount = snapshot.SkippedBlockCount, BlocksOutOfRange = snapshot.BlocksOutOfRange,
        };
}
