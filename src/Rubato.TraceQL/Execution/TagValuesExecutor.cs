using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Execution.Search;
using Rubato.TraceQL.Execution.Tags;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution;

/// <summary>Values of one field: from dictionaries where there is no filter, else of the spans that pass (spec/traceql.md 17).</summary>
public sealed class TagValuesExecutor
{
    private const long MaxMemoryBytes = 256L << 20;
    private const int TracesAtOnce = 512;
    private const string ServiceName = "service.name";

    private readonly SpanSnapshot _snapshot;
    private readonly TagValuesRequest _request;
    private readonly ScanContext _context;
    private readonly SegmentSet _segments;
    private readonly TraceSpread _spread;
    private readonly SpanFilter? _filter;
    private readonly TagValueSet _values;
    private readonly Field? _field;

    private TagValuesExecutor(SpanSnapshot snapshot, TagValuesRequest request, CancellationToken cancellationToken)
    {
        _snapshot = snapshot;
        _request = request;
        _field = request.Field;
        _context = new ScanContext(cancellationToken);
        _segments = new SegmentSet(snapshot, cancellationToken);
        _spread = new TraceSpread(snapshot.Segments, _context);
        _values = new TagValueSet(request.Limit, request.MaxBytes);
        var alternatives = new List<IReadOnlyList<FieldExpression>>();
        foreach (var alternative in request.Filter.Alternatives)
        {
            // "field = v" names its value: no data is needed for it.
            var known = alternative.OfType<BinaryExpression>().FirstOrDefault(c => c.Operator == BinaryOperator.Equal && c.Left.Equals(_field));
            if (known is { Right: LiteralExpression literal }) _values.Add(literal.Value);
            else alternatives.Add(alternative);
        }

        NeedsNoData = request.Filter.Alternatives.Count > 0 && alternatives.Count == 0;
        if (alternatives.Count > 0) _filter = new SpanFilter(alternatives, _segments, _context, MaxMemoryBytes);
    }

    private bool NeedsNoData { get; }

    public static async Task<TagValuesResult> ReadAsync(SpanSnapshot snapshot, TagValuesRequest request, CancellationToken cancellationToken)
    {
        if (Constant(request) is { } constant) return new TagValuesResult(constant, 0, []);
        if (request.Field is null) request = request with { Field = LegacyField(request.LegacyTag ?? "") };
        var reader = new TagValuesExecutor(snapshot, request, cancellationToken);
        return await Task.Run(reader.RunAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fields whose values are known, or not listed at all.</summary>
    private static IReadOnlyList<TagValue>? Constant(TagValuesRequest request)
    {
        if (request.Field is null)
        {
            return request.LegacyTag switch
            {
                "error" => [new TagValue("bool", "true")],
                "status.code" => [new("string", "error"), new("string", "ok"), new("string", "unset")],
                _ => null,
            };
        }

        return request.Field is not IntrinsicField { Intrinsic: var intrinsic } ? null : intrinsic switch
        {
            Intrinsic.Status => [new("keyword", "error"), new("keyword", "ok"), new("keyword", "unset")],
            Intrinsic.Kind => [new("keyword", "client"), new("keyword", "consumer"), new("keyword", "internal"), new("keyword", "producer"),
                new("keyword", "server"), new("keyword", "unspecified")],
            Intrinsic.Name or Intrinsic.StatusMessage or Intrinsic.EventName or Intrinsic.InstrumentationName or Intrinsic.InstrumentationVersion
                or Intrinsic.TraceRootName or Intrinsic.TraceRootService => null,
            _ => [],
        };
    }

    private static Field LegacyField(string tag) => tag switch
    {
        "name" => new IntrinsicField(Intrinsic.Name),
        ServiceName => new AttributeField(AttributeScope.Resource, tag),
        "root.name" or "rootName" => new IntrinsicField(Intrinsic.TraceRootName),
        "root.service.name" or "rootServiceName" => new IntrinsicField(Intrinsic.TraceRootService),
        _ => new AttributeField(AttributeScope.Unscoped, tag),
    };

    private async Task<TagValuesResult> RunAsync()
    {
        if (!NeedsNoData)
        {
            var touched = Enumerable.Range(0, _segments.All.Count)
                .Where(i => _segments.All[i].SpanCount > 0 && _segments.All[i].TimeRange.Overlaps(_request.Range));
            await _segments.ForEachAsync(WithinMaxBlocks(touched), _request.Parallelism, ReadAsync).ConfigureAwait(false);
        }

        return new TagValuesResult(_values.ToList(), _context.InspectedBytes, _segments.Problems) { Receipt = Receipts.Of(_snapshot, _segments, _context) };
    }

    private IReadOnlyList<int> WithinMaxBlocks(IEnumerable<int> segments)
    {
        if (_request.MaxBlocks <= 0) return [.. segments];
        var blocks = new HashSet<string>(StringComparer.Ordinal);
        return [.. segments.Where(i => _segments.All[i].Block is not { } block || blocks.Contains(block) || (blocks.Count < _request.MaxBlocks && blocks.Add(block)))];
    }

    private async ValueTask ReadAsync(int index)
    {
        await ReadAsync(_segments.All[index]).ConfigureAwait(false);
        _segments.MarkScanned(index);
    }

    private async ValueTask ReadAsync(ISpanSegment segment)
    {
        if (_values.IsFull) return;
        var scan = new SegmentScan(segment, _context, _spread);
        Selection? hits = null;
        if (_filter is not null)
        {
            _context.AddSpans(scan.SpanCount);
            hits = await _filter.EvaluateAsync(scan).ConfigureAwait(false);
            if (hits.IsEmpty) return;
        }

        switch (_field)
        {
            case AttributeField { Scope: AttributeScope.Unscoped } any:
                await AddAttributeAsync(scan, AttributeOwner.Span, any.Name, hits).ConfigureAwait(false);
                await AddAttributeAsync(scan, AttributeOwner.Resource, any.Name, hits).ConfigureAwait(false);
                if (hits is null) await AddAttributeAsync(scan, AttributeOwner.Scope, any.Name, hits).ConfigureAwait(false);
                break;
            case AttributeField attribute:
                await AddAttributeAsync(scan, OwnerOf(attribute.Scope), attribute.Name, hits).ConfigureAwait(false);
                break;
            case IntrinsicField { Intrinsic: Intrinsic.TraceRootName or Intrinsic.TraceRootService } root:
                await AddRootsAsync(scan, root.Intrinsic, hits).ConfigureAwait(false);
                break;
            case IntrinsicField intrinsic:
                await AddColumnAsync(scan, ColumnOf(intrinsic.Intrinsic), hits).ConfigureAwait(false);
                break;
        }
    }

    private static AttributeOwner OwnerOf(AttributeScope scope) => scope switch
    {
        AttributeScope.Resource => AttributeOwner.Resource,
        AttributeScope.Instrumentation => AttributeOwner.Scope,
        AttributeScope.Event => AttributeOwner.Event,
        AttributeScope.Link => AttributeOwner.Link,
        _ => AttributeOwner.Span,
    };

    private static SpanColumn ColumnOf(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Name => SpanColumn.Name,
        Intrinsic.StatusMessage => SpanColumn.StatusMessage,
        Intrinsic.InstrumentationName => SpanColumn.ScopeName,
        Intrinsic.InstrumentationVersion => SpanColumn.ScopeVersion,
        _ => SpanColumn.EventName,
    };

    private async ValueTask AddAttributeAsync(SegmentScan scan, AttributeOwner owner, string key, Selection? spans)
    {
        var rows = await TableRowsAsync(scan, owner, spans).ConfigureAwait(false);
        var named = owner == AttributeOwner.Resource && key == ServiceName ? new Selection(scan.SpanCount) : null;
        foreach (var column in scan.ColumnsOf(owner, key))
        {
            if (rows is null && named is null && column.Type == ColumnType.String
                && await scan.Segment.ReadDictionaryAsync(column, _context).ConfigureAwait(false) is { } dictionary)
            {
                _values.Add(dictionary, column.Type);
                continue;
            }

            // Whatever the filter leaves is among these, and all of them are known already: the rows need not be read.
            if (rows is not null && named is null && column.Type == ColumnType.String
                && await scan.Segment.ReadDictionaryAsync(column, _context).ConfigureAwait(false) is { } known && _values.HasAll(known))
            {
                continue;
            }

            // To filters and grouping the service name is always a text; other types show only in the unfiltered list.
            if (named is null || spans is null || column.Type == ColumnType.String) Add(await scan.ReadAsync(column).ConfigureAwait(false));
        }

        foreach (var vector in await scan.ReadOverflowAsync(owner, key, null).ConfigureAwait(false)) Add(vector);
        // The service name always exists: spans without one have the empty text (4.3).
        if (named is not null && !IsCovered(named, rows)) _values.Add("string", "");

        void Add(ColumnVector vector)
        {
            _values.Add(vector, rows);
            if (named is not null && vector.Type == ColumnType.String) ColumnKernels.Present(vector, named);
        }
    }

    private async ValueTask AddColumnAsync(SegmentScan scan, SpanColumn column, Selection? spans)
    {
        var owner = column == SpanColumn.EventName ? AttributeOwner.Event : AttributeOwner.Span;
        var rows = await TableRowsAsync(scan, owner, spans).ConfigureAwait(false);
        var present = new Selection(owner == AttributeOwner.Event ? scan.Segment.EventCount : scan.SpanCount);
        if (await scan.ReadAsync(column).ConfigureAwait(false) is { } vector)
        {
            _values.Add(vector, rows);
            ColumnKernels.Present(vector, present);
        }

        if (!IsCovered(present, rows)) _values.Add("string", "");
    }

    /// <summary>Whether all rows of the table, or of the selection, are present.</summary>
    private static bool IsCovered(Selection present, Selection? rows) => (rows?.Copy() ?? Selection.All(present.Length)).AndNot(present).IsEmpty;

    /// <summary>Rows of the owner's table that belong to the selected spans; null for all.</summary>
    private async ValueTask<Selection?> TableRowsAsync(SegmentScan scan, AttributeOwner owner, Selection? spans)
    {
        if (spans is null || owner is not (AttributeOwner.Event or AttributeOwner.Link)) return spans;
        var parents = await scan.Segment.ReadParentsAsync(owner, _context).ConfigureAwait(false);
        var rows = new Selection(parents.Length);
        for (var i = 0; i < parents.Length; i++)
        {
            if (spans[parents.Span[i]]) rows.Set(i);
        }

        return rows;
    }

    // Stored values serve where the segment has whole traces; the others' roots are found by looking at their spans.
    private async ValueTask AddRootsAsync(SegmentScan scan, Intrinsic intrinsic, Selection? spans)
    {
        var unknown = (await scan.UnknownTracesAsync().ConfigureAwait(false)).Copy();
        var known = unknown.Copy().Not();
        if (spans is not null)
        {
            unknown.And(spans);
            known.And(spans);
        }

        if (!known.IsEmpty)
        {
            var column = intrinsic == Intrinsic.TraceRootName ? SpanColumn.RootName : SpanColumn.RootServiceName;
            var present = new Selection(scan.SpanCount);
            if (await scan.ReadAsync(column).ConfigureAwait(false) is { } vector)
            {
                _values.Add(vector, known);
                ColumnKernels.Present(vector, present);
            }

            if (!IsCovered(present, known)) _values.Add("string", "");
        }

        if (unknown.IsEmpty) return;
        var ids = (TraceIdVector)(await scan.ReadAsync(SpanColumn.TraceId).ConfigureAwait(false))!;
        var traces = new HashSet<TraceId>();
        for (var row = unknown.Next(0); row >= 0; row = unknown.Next(row + 1)) traces.Add(ids[row]);
        var loader = new TraceLoader(_segments, new NeededFields(), _context, MaxMemoryBytes);
        foreach (var chunk in traces.Chunk(TracesAtOnce))
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            foreach (var trace in await loader.LoadAsync(chunk, parallelism: 1).ConfigureAwait(false))
                _values.Add("string", intrinsic == Intrinsic.TraceRootName ? trace.RootName : trace.RootService);
        }
    }
}
