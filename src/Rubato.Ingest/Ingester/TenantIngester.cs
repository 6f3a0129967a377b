using Microsoft.Extensions.Logging;
using Rubato.Ingest.Generator;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Ingester;

/// <summary>One tenant's recent spans, and the cutting of blocks from them.</summary>
internal sealed partial class TenantIngester
{
    private readonly TenantId _tenant;
    private readonly IngesterOptions _options;
    private readonly IBlockSink _blocks;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RecentSpans _recent;
    private readonly SemaphoreSlim _cutGate = new(1, 1);
    private readonly Func<BatchLimits> _limits;
    private readonly LiveTraces _live;

    public TenantIngester(TenantId tenant, IngesterOptions options, Func<BatchLimits> limits, IBlockSink blocks, TimeProvider time, ILogger logger, Func<ISpanTap?>? tap = null)
    {
        _tenant = tenant;
        _options = options;
        _limits = limits;
        _blocks = blocks;
        _time = time;
        _logger = logger;
        _recent = new RecentSpans(options, limits, tap, tenant);
        _live = new LiveTraces(options.TraceIdlePeriod, time);
    }

    public TenantId Tenant => _tenant;

    public long MemoryBytes => _recent.MemoryBytes;

    public long LowestSequence => _recent.LowestSequence;

    /// <summary>Traces that received a span lately, and their sizes since the last block.</summary>
    public LiveTraces Live => _live;

    public void Append(ReadOnlySpan<byte> request, long sequence, Func<TraceId, bool>? keep = null, bool isReplay = false)
    {
        _recent.Append(request, sequence, _time.GetTimestamp(), keep, CountChanges, isReplay);
        IngestMetrics.RecentBytes.WithLabels(_tenant.Value).Set(_recent.MemoryBytes);
        IngestMetrics.RecentSpans.WithLabels(_tenant.Value).Set(_recent.SpanCount);
    }

    /// <summary>Rows that the tap has not had yet; null when there are none.</summary>
    public SpanSlice? TakeNew() => _recent.TakeNew();

    public List<ISpanSegment> Snapshot<T>(Func<T> alongside, out T taken) => _recent.Snapshot(alongside, out taken);

    /// <summary>Whether age or size asks for a block.</summary>
    public bool ShouldCut() =>
        _recent.SpanCount > 0
        && (_recent.OtlpBytes >= _options.MaxBlockBytes
            || (_recent.FirstArrival != 0 && _time.GetElapsedTime(_recent.FirstArrival) >= _options.MaxBlockDuration));

    /// <summary>
    /// Writes what is here as a block:
    /// 1. seal the growing batch (new spans go to a fresh one); 2. choose the traces that are still receiving;
    /// 3. write and commit the block while all of it stays visible and in the WAL; 4. in one step, show the block and drop the batches.
    /// A crash before 3 ends leaves the old truth (the WAL is replayed), after it the new one (the block names its records).
    /// </summary>
    /// <returns>False when the block could not be written: nothing has changed then.</returns>
    public async Task<bool> CutAsync(bool carry, string reason, CancellationToken cancellationToken)
    {
        await _cutGate.WaitAsync(cancellationToken);
        try
        {
            var batches = _recent.BeginCut();
            if (batches.Count == 0) return true;
            var started = _time.GetTimestamp();
            var carried = carry ? CarriedTraces(batches, started) : [];
            var (cut, carriedBatch) = Split(batches, carried);
            CutBlock block;
            try
            {
                block = await _blocks.WriteAsync(cut, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _recent.AbortCut();
                IngestMetrics.FailedFlushes.Inc();
                LogCutFailed(_logger, e, _tenant.Value);
                return false;
            }

            _recent.CompleteCut(batches, carriedBatch, started, () => _blocks.Publish(block));
            _live.Sweep(forgetIdle: true);
            var elapsed = _time.GetElapsedTime(started);
            IngestMetrics.BlocksFlushed.Inc();
            IngestMetrics.FlushDuration.Observe(elapsed.TotalSeconds);
            IngestMetrics.FlushSize.Observe(block.Bytes);
            IngestMetrics.RecentBytes.WithLabels(_tenant.Value).Set(_recent.MemoryBytes);
            IngestMetrics.RecentSpans.WithLabels(_tenant.Value).Set(_recent.SpanCount);
            if (carriedBatch is not null) IngestMetrics.CarriedSpans.WithLabels(_tenant.Value).Inc(carriedBatch.Segment.SpanCount);
            LogCut(_logger, _tenant.Value, block.Name, block.Spans, block.Bytes, carriedBatch?.Segment.SpanCount ?? 0, elapsed.TotalMilliseconds, reason);
            return true;
        }
        finally
        {
            _cutGate.Release();
        }
    }

    /// <summary>Traces that received a span within the idle period, the latest first, up to the allowed share of rows.</summary>
    private HashSet<TraceId> CarriedTraces(IReadOnlyList<RecentBatch> batches, long now)
    {
        var budget = (int)(batches.Sum(b => b.Segment.SpanCount) * _options.MaxCarriedShare);
        var carried = new HashSet<TraceId>();
        for (var b = batches.Count - 1; b >= 0 && budget > 0; b--)
        {
            var ids = batches[b].Segment.Batch.TraceIds;
            var arrivals = batches[b].Arrivals;
            for (var a = arrivals.Count - 1; a >= 0 && budget > 0; a--)
            {
                if (_time.GetElapsedTime(arrivals[a].Time, now) >= _options.TraceIdlePeriod) return carried;
                var end = a + 1 < arrivals.Count ? arrivals[a + 1].FirstRow : ids.Count;
                budget -= end - arrivals[a].FirstRow;
                for (var row = arrivals[a].FirstRow; row < end; row++) carried.Add(ids[row]);
            }
        }

        return carried;
    }

    private (BlockCut Cut, RecentBatch? Carried) Split(IReadOnlyList<RecentBatch> batches, HashSet<TraceId> carried)
    {
        var sequences = new SortedSet<long>();
        foreach (var batch in batches) batch.Segment.Batch.CollectWalRecords(sequences);
        var ranges = ToRanges(sequences);
        if (carried.Count == 0)
            return (new BlockCut(_tenant, [.. batches.Select(b => (b.Segment.Batch, (int[]?)null))], ranges, []), null);

        var parts = new List<(SpanBatch, int[]?)>(batches.Count);
        var builder = new SpanBatchBuilder(_limits());
        var arrivals = new List<(int, long)>();
        var lowest = long.MaxValue;
        var taken = 0;
        foreach (var batch in batches)
        {
            var ids = batch.Segment.Batch.TraceIds;
            var stay = new List<int>();
            var keep = new List<int>(ids.Count);
            for (var row = 0; row < ids.Count; row++)
            {
                if (!carried.Contains(ids[row]))
                {
                    keep.Add(row);
                    continue;
                }

                stay.Add(row);
                lowest = Math.Min(lowest, batch.Segment.Batch.WalSequenceOf(row));
            }

            taken += keep.Count;
            parts.Add((batch.Segment.Batch, stay.Count == 0 ? null : [.. keep]));
            if (stay.Count == 0) continue;
            // Arrival of the batch's last request stands for all its carried rows: they stay "recent" at most that much longer.
            arrivals.Add((builder.SpanCount, batch.Arrivals[^1].Time));
            SpanBatchCopier.Copy(batch.Segment.Batch, stay.ToArray(), builder);
        }

        // Everything is still receiving: then all of it goes into the block, else nothing would be freed.
        if (taken == 0) return Split(batches, []);
        return (new BlockCut(_tenant, parts, ranges, carried), RecentSpans.SealBuilder(builder, arrivals, lowest));
    }

    private static List<(long First, long Last)> ToRanges(SortedSet<long> sequences)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var sequence in sequences)
        {
            if (ranges.Count > 0 && ranges[^1].Last == sequence - 1) ranges[^1] = (ranges[^1].First, sequence);
            else ranges.Add((sequence, sequence));
        }

        return ranges;
    }

    private void CountChanges(BatchCounters counters)
    {
        if (counters.InvalidUtf8 > 0)
        {
            IngestMetrics.InvalidUtf8.WithLabels(_tenant.Value).Inc(counters.InvalidUtf8);
            counters.InvalidUtf8 = 0;
        }

        for (var owner = 0; owner < counters.TruncatedAttributes.Length; owner++)
        {
            if (counters.TruncatedAttributes[owner] == 0) continue;
            IngestMetrics.AttributesTruncated.WithLabels(_tenant.Value, ((AttributeOwner)owner).ToString().ToLowerInvariant())
                .Inc(counters.TruncatedAttributes[owner]);
            counters.TruncatedAttributes[owner] = 0;
        }
    }

    [LoggerMessage(EventId = 2101, EventName = "BlockCut", Level = LogLevel.Information,
        Message = "head block cut and flushed tenant={Tenant} block={Block} spans={Spans} bytes={Bytes} carried={Carried} milliseconds={Milliseconds:F0} reason={Reason}")]
    private static partial void LogCut(ILogger logger, string tenant, string block, int spans, long bytes, int carried, double milliseconds, string reason);

    [LoggerMessage(EventId = 2102, EventName = "BlockCutFailed", Level = LogLevel.Error,
        Message = "a block could not be written; its spans stay in memory and in the WAL, and it is tried again tenant={Tenant}")]
    private static partial void LogCutFailed(ILogger logger, Exception error, string tenant);
}
