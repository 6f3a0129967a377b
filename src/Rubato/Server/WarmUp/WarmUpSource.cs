using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Query.Api;
using Rubato.Storage.Blocks;

namespace Rubato.Server.WarmUp;

/// <summary>A throw-away tenant: some recent spans and one block, both in memory.</summary>
internal sealed class WarmUpSource : ISpanSource, IDisposable
{
    private const int RequestTraces = 16;
    private const int RequestsPerBlock = 12;
    private const int CacheBytes = 4 << 20;

    private readonly BatchSegment _recent;
    private readonly IBlock _block;

    public WarmUpSource()
    {
        byte[][] requests = [.. Enumerable.Range(0, RequestsPerBlock + 1).Select(i => OtlpWriter.Write(WarmUpSpans.Make(RequestTraces, i)))];
        const int half = RequestsPerBlock / 2;
        _recent = new BatchSegment(Decode(requests.AsSpan(RequestsPerBlock)));
        var (data, index) = Write([BatchRows.All(Decode(requests.AsSpan(0, half))), BatchRows.All(Decode(requests.AsSpan(half, half)))]);
        _block = BlockFormats.Current.Open(new WarmUpStore(data, index), WarmUpStore.Folder, new BlockCache(CacheBytes));
    }

    /// <summary>Answers over it, and counts nothing.</summary>
    public QueryApi CreateApi(TimeProvider time, ILoggerFactory loggers) =>
        new(this, new FixedTenantLimits(new TenantLimits()), new QueryApiOptions { IsMeasured = false }, time, loggers.CreateLogger<QueryApi>());

    public async ValueTask<SpanSnapshot> OpenAsync(TenantId tenant, TimeRange range, CancellationToken cancellationToken) =>
        new([_recent, .. await _block.OpenSegmentsAsync(cancellationToken)], [], 1, 0);

    public async ValueTask<SpanSnapshot> OpenTraceAsync(TenantId tenant, TraceId traceId, TimeRange range, CancellationToken cancellationToken) =>
        await _block.FindTraceAsync(traceId, cancellationToken) is { } segment
            ? new SpanSnapshot([_recent, segment], [], 1, 0)
            : new SpanSnapshot([_recent], [], 0, 0);

    public void Dispose() => _block.Dispose();

    private static (byte[] Data, byte[] Index) Write(List<BatchRows> batches)
    {
        using var data = new MemoryStream();
        using var index = new MemoryStream();
        BlockFormats.Current.Write(batches, data, index, BlockWriterOptions.Default, CancellationToken.None);
        return (data.ToArray(), index.ToArray());
    }

    private static SpanBatch Decode(ReadOnlySpan<byte[]> requests)
    {
        var builder = new SpanBatchBuilder();
        foreach (var request in requests) OtlpReader.Read(request, builder);
        return builder.Snapshot();
    }
}
