using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Execution.Tags;

namespace Rubato.TraceQL.Execution;

/// <summary>
/// Attribute names. Without a filter from the column lists alone. With one, the span, resource and instrumentation names of the
/// spans that pass (spec/traceql.md 17).
/// </summary>
public sealed class TagNamesExecutor
{
    private const long MaxMemoryBytes = 256L << 20;
    private const int ProbeRows = 512;
    private static readonly AttributeOwner[] Owners =
        [AttributeOwner.Resource, AttributeOwner.Scope, AttributeOwner.Span, AttributeOwner.Event, AttributeOwner.Link];

    private readonly SpanSnapshot _snapshot;
    private readonly TagNamesRequest _request;
    private readonly ScanContext _context;
    private readonly SegmentSet _segments;
    private readonly TraceSpread _spread;
    private readonly SpanFilter? _filter;
    private readonly Lock _lock = new();
    private readonly Dictionary<AttributeOwner, HashSet<string>> _names = Owners.ToDictionary(o => o, _ => new HashSet<string>(StringComparer.Ordinal));
    private long _bytes;

    private TagNamesExecutor(SpanSnapshot snapshot, TagNamesRequest request, CancellationToken cancellationToken)
    {
        _snapshot = snapshot;
        _request = request;
        _context = new ScanContext(cancellationToken);
        _segments = new SegmentSet(snapshot, cancellationToken);
        _spread = new TraceSpread(snapshot.Segments, _context);
        if (!request.Filter.IsEmpty) _filter = new SpanFilter(request.Filter.Alternatives, _segments, _context, MaxMemoryBytes);
    }

    public static Task<TagNamesResult> ReadAsync(SpanSnapshot snapshot, TagNamesRequest request, CancellationToken cancellationToken)
    {
        var reader = new TagNamesExecutor(snapshot, request, cancellationToken);
        return Task.Run(reader.RunAsync, cancellationToken);
    }

    private async Task<TagNamesResult> RunAsync()
    {
        var touched = Enumerable.Range(0, _segments.All.Count).Where(i => _segments.All[i].TimeRange.Overlaps(_request.Range));
        await _segments.ForEachAsync(touched, _request.Parallelism, ReadAsync).ConfigureAwait(false);
        var names = _names.Where(n => n.Value.Count > 0)
            .ToDictionary(n => n.Key, n => (IReadOnlyList<string>)[.. n.Value.Order(StringComparer.Ordinal)]);
        return new TagNamesResult(names, _context.InspectedBytes, _segments.Problems) { Receipt = Receipts.Of(_snapshot, _segments, _context) };
    }

    private async ValueTask ReadAsync(int index)
    {
        await ReadAsync(_segments.All[index]).ConfigureAwait(false);
        _segments.MarkScanned(index);
    }

    private async ValueTask ReadAsync(ISpanSegment segment)
    {
        if (_filter is not null)
        {
            await ReadFilteredAsync(segment).ConfigureAwait(false);
            return;
        }

        foreach (var column in segment.Attributes)
        {
            if (IsWanted(column.Owner)) Add(column.Owner, column.Key);
        }

        foreach (var owner in Owners)
        {
            if (!IsWanted(owner) || !segment.HasOverflow(owner)) continue;
            var limit = _request.Limit > 0 ? _request.Limit : int.MaxValue;
            foreach (var key in await segment.ReadOverflowKeysAsync(owner, limit, _context).ConfigureAwait(false)) Add(owner, key);
        }
    }

    private async ValueTask ReadFilteredAsync(ISpanSegment segment)
    {
        var scan = new SegmentScan(segment, _context, _spread);
        _context.AddSpans(scan.SpanCount);
        var hits = await _filter!.EvaluateAsync(scan).ConfigureAwait(false);
        if (hits.IsEmpty) return;
        var rows = hits.ToRowSet();
        // Most names that are there at all show within a page of every column.
        var probe = rows.Count > ProbeRows ? RowSet.Of([.. Enumerable.Range(0, ProbeRows).Select(i => rows[i])]) : rows;
        foreach (var column in segment.Attributes)
        {
            if (column.Owner is AttributeOwner.Event or AttributeOwner.Link || !IsWanted(column.Owner) || IsKnown(column.Owner, column.Key)) continue;
            scan.CancellationToken.ThrowIfCancellationRequested();
            if ((await scan.ReadAsync(column, probe).ConfigureAwait(false)).Count > 0
                || (probe.Count < rows.Count && (await scan.ReadAsync(column, rows).ConfigureAwait(false)).Count > 0))
            {
                Add(column.Owner, column.Key);
            }
        }

        foreach (var owner in Owners[..3])
        {
            if (!IsWanted(owner) || await segment.ReadOverflowAsync(owner, _context).ConfigureAwait(false) is not { } overflow) continue;
            foreach (var key in OverflowColumn.ReadKeys(UsedOnly((StringVector)ColumnSlicer.Slice(overflow, rows)), int.MaxValue)) Add(owner, key);
        }
    }

    // Keys are read from the dictionary, which still holds the lists of rows that were cut away.
    private static StringVector UsedOnly(StringVector column)
    {
        var entries = column.Codes.ToArray().Distinct().ToArray();
        var pool = new List<byte>();
        var offsets = new int[entries.Length + 1];
        for (var i = 0; i < entries.Length; i++)
        {
            pool.AddRange(column.Dictionary[entries[i]]);
            offsets[i + 1] = pool.Count;
        }

        return new StringVector(0, 0, null, [], new DictionaryView([.. pool], offsets, entries.Length), ColumnType.Any);
    }

    private bool IsWanted(AttributeOwner owner) => _request.Owner is null || _request.Owner == owner;

    private bool IsKnown(AttributeOwner owner, string key)
    {
        lock (_lock) return _names[owner].Contains(key);
    }

    private void Add(AttributeOwner owner, string key)
    {
        lock (_lock)
        {
            var names = _names[owner];
            if ((_request.Limit > 0 && names.Count >= _request.Limit) || _bytes + key.Length > _request.MaxBytes) return;
            if (names.Add(key)) _bytes += key.Length;
        }
    }
}
