using Rubato.Ingest.Generator;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Ingester;

/// <summary>
/// A tenant's spans that no block holds yet: one batch that grows and the sealed ones before it. All members lock; the
/// lock is held while one request is decoded (1 to 2 us a span), never over I/O.
/// </summary>
internal sealed class RecentSpans(IngesterOptions options, Func<BatchLimits> limits, Func<ISpanTap?>? tap = null, TenantId tenant = default)
{
    // MemoryBytes walks all columns: looked at once in so many spans.
    private const int MeasureEvery = 4096;

    private readonly Lock _lock = new();
    private List<RecentBatch> _sealed = [];
    private SpanBatchBuilder? _open;
    private List<(int FirstRow, long Time)> _arrivals = [];
    private long _openBytes;
    private int _measuredAt;
    private long _firstSequence = long.MaxValue;
    private BatchSegment? _openSnapshot;

    // Rows of the open batch from here on are new to the tap.
    private readonly SizeList _tapSizes = new();
    private int _tapFrom;

    // What the last batch of a fair size held: the next one gets arrays that fit.
    private BatchShape? _lastShape;
    private (long OtlpBytes, long FirstArrival) _atCut;

    /// <summary>OTLP bytes since the last cut, and when the first of them came (TimeProvider timestamp); 0 when there are none.</summary>
    public long OtlpBytes { get; private set; }

    public long FirstArrival { get; private set; }

    public long MemoryBytes { get; private set; }

    public int SpanCount { get; private set; }

    /// <summary>The smallest WAL record that has a span here; <see cref="long.MaxValue"/> when empty.</summary>
    public long LowestSequence
    {
        get
        {
            lock (_lock)
            {
                var lowest = _firstSequence;
                foreach (var batch in _sealed) lowest = Math.Min(lowest, batch.LowestSequence);
                return lowest;
            }
        }
    }

    /// <summary>Decodes a checked request into the open batch; what is in it can be searched when this returns.</summary>
    public void Append(ReadOnlySpan<byte> request, long sequence, long now, Func<TraceId, bool>? keep, Action<BatchCounters> counted, bool isReplay = false)
    {
        var isTapped = !isReplay && tap?.Invoke()?.IsOn(tenant) == true;
        lock (_lock)
        {
            var builder = _open ??= NewBuilder();
            var before = builder.SpanCount;
            builder.BeginWalRecord(sequence);
            var filter = new TraceFilter(keep, isTapped ? _tapSizes : null);
            OtlpReader.Read(request, builder, ref filter);
            counted(builder.Counters);
            var added = builder.SpanCount - before;
            if (!isTapped) ForgetTapped(builder);
            if (added == 0) return;

            _openSnapshot = null;
            _firstSequence = Math.Min(_firstSequence, sequence);
            _arrivals.Add((before, now));
            if (FirstArrival == 0) FirstArrival = now;
            OtlpBytes += request.Length;
            SpanCount += added;
            if (builder.SpanCount - _measuredAt >= MeasureEvery) Measure(builder);
            if (builder.SpanCount >= options.MaxBatchSpans || _openBytes > options.MaxRecentBytes / 4) Seal();
        }
    }

    /// <summary>The segments to search, newest last, and whatever <paramref name="alongside"/> gives, taken at the same instant.</summary>
    public List<ISpanSegment> Snapshot<T>(Func<T> alongside, out T taken)
    {
        lock (_lock)
        {
            taken = alongside();
            var segments = new List<ISpanSegment>(_sealed.Count + 1);
            foreach (var batch in _sealed) segments.Add(batch.Segment);
            if (_open is { SpanCount: > 0 }) segments.Add(_openSnapshot ??= new BatchSegment(_open.Snapshot()));
            return segments;
        }
    }

    /// <summary>The rows of the open batch that the tap has not had yet; null when there are none.</summary>
    public SpanSlice? TakeNew()
    {
        lock (_lock)
        {
            if (_open is null || _open.SpanCount == _tapFrom) return null;
            _openSnapshot ??= new BatchSegment(_open.Snapshot());
            return TakeTapped(_openSnapshot.Batch);
        }
    }

    /// <summary>Seals what is here and gives it; it stays visible until <see cref="CompleteCut"/>.</summary>
    public IReadOnlyList<RecentBatch> BeginCut()
    {
        lock (_lock)
        {
            Seal();
            _atCut = (OtlpBytes, FirstArrival);
            OtlpBytes = 0;
            FirstArrival = 0;
            return _sealed.ToArray();
        }
    }

    /// <summary>The block could not be written: age and size are what they were, so that the next check tries again.</summary>
    public void AbortCut()
    {
        lock (_lock)
        {
            OtlpBytes += _atCut.OtlpBytes;
            FirstArrival = _atCut.FirstArrival;
        }
    }

    /// <summary>
    /// Takes the cut batches out and puts the carried spans in. <paramref name="publish"/> makes the block visible within
    /// the same lock that snapshots take, so that no query sees a span twice or not at all.
    /// </summary>
    public void CompleteCut(IReadOnlyList<RecentBatch> cut, RecentBatch? carried, long now, Action publish)
    {
        lock (_lock)
        {
            publish();
            var rest = new List<RecentBatch>();
            if (carried is not null) rest.Add(carried);
            foreach (var batch in _sealed)
            {
                if (!cut.Contains(batch)) rest.Add(batch);
            }

            _sealed = rest;
            if (carried is not null && FirstArrival == 0) FirstArrival = now;
            MemoryBytes = _openBytes + rest.Sum(b => b.MemoryBytes);
            SpanCount = (_open?.SpanCount ?? 0) + rest.Sum(b => b.Segment.SpanCount);
        }
    }

    public static RecentBatch SealBuilder(SpanBatchBuilder builder, List<(int, long)> arrivals, long lowestSequence) =>
        new(new BatchSegment(builder.Snapshot()), builder.MemoryBytes(), arrivals, lowestSequence);

    private SpanSlice TakeTapped(SpanBatch batch)
    {
        var slice = new SpanSlice(batch, _tapFrom, batch.SpanCount, _tapSizes.Take(batch.SpanCount - _tapFrom));
        _tapFrom = batch.SpanCount;
        return slice;
    }

    /// <summary>What nobody wants is not offered later: rows of a replay, and of a tenant without processors.</summary>
    private void ForgetTapped(SpanBatchBuilder builder)
    {
        _tapFrom = builder.SpanCount;
        _tapSizes.Take(0);
    }

    private SpanBatchBuilder NewBuilder()
    {
        _tapFrom = 0;
        _measuredAt = 0;
        _openBytes = 0;
        return new SpanBatchBuilder(limits(), _lastShape);
    }

    private void Measure(SpanBatchBuilder builder)
    {
        var bytes = builder.MemoryBytes();
        MemoryBytes += bytes - _openBytes;
        _openBytes = bytes;
        _measuredAt = builder.SpanCount;
    }

    private void Seal()
    {
        if (_open is not { SpanCount: > 0 } builder) return;
        Measure(builder);
        _sealed.Add(SealBuilder(builder, _arrivals, _firstSequence));
        if (builder.SpanCount > _tapFrom) tap?.Invoke()?.Offer(tenant, TakeTapped(_sealed[^1].Segment.Batch));
        if (_lastShape is null || builder.SpanCount >= MeasureEvery) _lastShape = builder.Shape();
        _open = null;
        _openSnapshot = null;
        _openBytes = 0;
        _arrivals = [];
        _firstSequence = long.MaxValue;
    }
}

/// <summary>Lets a replay take only the traces that are missing; notes the size of each span where the tap wants it.</summary>
internal readonly struct TraceFilter(Func<TraceId, bool>? keep, SizeList? sizes) : IOtlpSpanFilter
{
    public bool Accept(TraceId traceId, int spanBytes)
    {
        if (keep is not null && !keep(traceId)) return false;
        sizes?.Add(spanBytes);
        return true;
    }
}

/// <summary>A sealed batch of recent spans.</summary>
/// <param name="Segment">Its columns.</param>
/// <param name="MemoryBytes">What they hold.</param>
/// <param name="Arrivals">Ascending rows and when the request that begins there arrived (TimeProvider timestamps).</param>
/// <param name="LowestSequence">Its smallest WAL record.</param>
internal sealed record RecentBatch(BatchSegment Segment, long MemoryBytes, List<(int FirstRow, long Time)> Arrivals, long LowestSequence);
