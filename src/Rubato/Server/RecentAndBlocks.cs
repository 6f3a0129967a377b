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
internal sealed class RecentAndBlocks(Ingester ingester, BlockStore blocks) : ISpanSource
{
    public async ValueTask<SpanSnapshot> OpenAsync(TenantId tenant, TimeRange range, CancellationToken cancellationToken)
    {
        var recent = ingester.Snapshot(tenant, () => blocks.List(tenant), out var list);
        recent.Reverse();
        return await blocks.OpenAsync(tenant, list, recent, range, traceId: null, cancellationToken);
    }

    public async ValueTask<SpanSnapshot> OpenTraceAsync(TenantId tenant, TraceId traceId, TimeRange range, CancellationToken cancellationToken)
    {
        var recent = ingester.Snapshot(tenant, () => blocks.List(tenant), out var list);
        return await blocks.OpenAsync(tenant, list, recent, range, traceId, cancellationToken);
    }
}
