using System.Globalization;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Web.Traces;

/// <summary>
/// A trace as its page shows it: the spans as columns, which is how they came, and a few numbers for each span. No object for a span: one of 100,000 spans must open
/// fast and cost little. Places are rows of the waterfall, top to bottom; indexes are spans as they came. Immutable.
/// </summary>
public sealed class TraceView
{
    private readonly BatchSegment _spans;
    private readonly TraceTree _tree;
    private readonly long[] _starts;
    private readonly long[] _durations;
    private readonly int[] _services;
    private readonly StringVector _names;
    private readonly Int64Vector _kinds;
    private readonly Int64Vector _statuses;
    private readonly Int64Vector _ids;
    private readonly bool[] _critical;

    private TraceView(BatchSegment spans, TraceTree tree, int[] services, IReadOnlyList<string> serviceNames, Columns columns)
    {
        (_spans, _tree, _services, ServiceNames) = (spans, tree, services, serviceNames);
        (_starts, _durations) = (columns.Starts, columns.Durations);
        (_names, _kinds, _statuses, _ids) = (columns.Names, columns.Kinds, columns.Statuses, columns.Ids);
        _critical = CriticalPath.Of(tree, _starts, _durations);
        StartUnixNano = _starts.Length == 0 ? 0 : _starts.Min();
        long end = StartUnixNano;
        for (var i = 0; i < _starts.Length; i++)
        {
            end = Math.Max(end, End(i));
            if (IsError(i)) ErrorCount++;
        }

        DurationNano = (long)Math.Min((ulong)(end - StartUnixNano), long.MaxValue);
        Title = Count == 0 ? "Empty trace" : $"{Service(tree.SpanAt(0))}: {Name(tree.SpanAt(0))}";
        Services = [.. services.Distinct().Select(code => serviceNames[code]).Order(StringComparer.Ordinal)];
    }

    private sealed record Columns(long[] Starts, long[] Durations, StringVector Names, Int64Vector Kinds, Int64Vector Statuses, Int64Vector Ids);

    public int Count => _spans.SpanCount;

    public int ErrorCount { get; }

    public long StartUnixNano { get; }

    public long DurationNano { get; }

    public DateTimeOffset StartTime => DateTimeOffset.UnixEpoch.AddTicks(StartUnixNano / 100);

    /// <summary>Service and name of the first span.</summary>
    public string Title { get; }

    /// <summary>Those that have spans, by name.</summary>
    public IReadOnlyList<string> Services { get; }

    public TraceTree Tree => _tree;

    public IReadOnlyList<string> ServiceNames { get; }

    /// <summary>The spans, for queries over them.</summary>
    public BatchSegment Spans => _spans;

    /// <param name="otlp">A protobuf <c>TracesData</c>.</param>
    public static async Task<TraceView> ReadAsync(ReadOnlyMemory<byte> otlp, CancellationToken cancellationToken)
    {
        var builder = new SpanBatchBuilder();
        OtlpReader.Read(otlp.Span, builder);
        var spans = new BatchSegment(builder.Snapshot(), "trace");
        var context = new ScanContext(cancellationToken);
        if (spans.SpanCount == 0) return Empty(spans);
        var columns = new Columns(
            await LongsAsync(spans, SpanColumn.StartUnixNano, context), await LongsAsync(spans, SpanColumn.DurationNano, context),
            (StringVector)(await spans.ReadAsync(SpanColumn.Name, context))!, await ColumnAsync(spans, SpanColumn.Kind, context),
            await ColumnAsync(spans, SpanColumn.StatusCode, context), await ColumnAsync(spans, SpanColumn.SpanId, context));
        var parents = await LongsAsync(spans, SpanColumn.ParentSpanId, context);
        var (services, names) = await ServicesAsync(spans, context);
        var tree = TraceTree.Of(columns.Ids.Values, parents, columns.Starts);
        return new TraceView(spans, tree, services, names, columns);
    }

    public string Name(int span) => Text(_names, span);

    public string Service(int span) => ServiceNames[_services[span]];

    public int ServiceCode(int span) => _services[span];

    public long Start(int span) => _starts[span];

    /// <summary>Never negative: an end before the start counts as no time.</summary>
    public long Duration(int span) => Math.Max(0, _durations[span]);

    /// <summary>Never beyond what a time can be, whatever was sent.</summary>
    public long End(int span) => EndOf(_starts[span], _durations[span]);

    /// <summary>When it starts, as a share of the trace's time.</summary>
    public double OffsetShare(int span) => DurationNano == 0 ? 0 : (ulong)(_starts[span] - StartUnixNano) / (double)DurationNano;

    /// <summary>How long it is, as a share of the trace's time.</summary>
    public double DurationShare(int span) => DurationNano == 0 ? 1 : Duration(span) / (double)DurationNano;

    public SpanKind Kind(int span) => (SpanKind)At(_kinds, span);

    public bool IsError(int span) => (StatusCode)At(_statuses, span) == StatusCode.Error;

    public SpanId Id(int span) => new((ulong)At(_ids, span));

    public bool IsCritical(int span) => _critical[span];

    /// <summary>It begins before its parent, or after the parent has ended, by more than a thousandth of the trace: clocks that differ, or work that nobody waited for.</summary>
    public bool IsOutsideParent(int span)
    {
        var parent = _tree.ParentOf(span);
        if (parent < 0) return false;
        var slack = Math.Max(1_000, DurationNano / 1000);
        return EndOf(Start(span), slack) < Start(parent) || Start(span) > EndOf(End(parent), slack);
    }

    /// <summary>What a span's own work took: its time without that of its children.</summary>
    public long SelfTime(int span)
    {
        var place = _tree.PlaceOf(span);
        var (covered, until) = (0L, Start(span));
        var end = End(span);
        for (var child = place + 1; child < _tree.EndOf(place); child = _tree.EndOf(child))
        {
            var at = _tree.SpanAt(child);
            var from = Math.Max(until, Start(at));
            var to = Math.Min(end, End(at));
            if (to <= from) continue;
            covered += to - from;
            until = to;
        }

        return Duration(span) - covered;
    }

    /// <summary>All of a span.</summary>
    public async Task<Span> SpanAsync(int span, CancellationToken cancellationToken) => (await _spans.ReadSpansAsync(RowSet.Of([span]), new ScanContext(cancellationToken)))[0];

    /// <summary>The span of this id, -1 for none.</summary>
    public int Find(string spanId)
    {
        if (spanId.Length != 16 || !ulong.TryParse(spanId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)) return -1;
        var id = new SpanId(number);
        for (var i = 0; i < Count; i++)
        {
            if (Id(i) == id) return i;
        }

        return -1;
    }

    internal static long EndOf(long start, long duration) => duration <= 0 ? start : start > long.MaxValue - duration ? long.MaxValue : start + duration;

    private static TraceView Empty(BatchSegment spans)
    {
        var none = new Int64Vector(0, 0, null, []);
        return new TraceView(spans, TraceTree.Of([], [], []), [], [], new Columns([], [], new StringVector(0, 0, null, [], new DictionaryView([], [0], 0)), none, none, none));
    }

    private static async Task<Int64Vector> ColumnAsync(BatchSegment spans, SpanColumn column, ScanContext context) =>
        (Int64Vector?)await spans.ReadAsync(column, context) ?? new Int64Vector(spans.SpanCount, 0, [], []);

    private static async Task<long[]> LongsAsync(BatchSegment spans, SpanColumn column, ScanContext context)
    {
        var vector = await ColumnAsync(spans, column, context);
        var all = new long[spans.SpanCount];
        for (var i = 0; i < vector.Count; i++) all[vector.IsDense ? i : vector.Rows[i]] = vector.Values[i];
        return all;
    }

    private static async Task<(int[] Codes, IReadOnlyList<string> Names)> ServicesAsync(BatchSegment spans, ScanContext context)
    {
        var codes = new int[spans.SpanCount];
        var names = new List<string> { "(no service)" };
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var column in spans.Attributes.Where(a => a is { Owner: AttributeOwner.Resource, Key: "service.name", Type: ColumnType.String }))
        {
            var vector = (StringVector)await spans.ReadAsync(column, context);
            for (var i = 0; i < vector.Count; i++)
            {
                var name = Text(vector, vector.IsDense ? i : vector.Rows[i]);
                if (!known.TryGetValue(name, out var code))
                {
                    known[name] = code = names.Count;
                    names.Add(name);
                }

                codes[vector.IsDense ? i : vector.Rows[i]] = code;
            }
        }

        return (codes, names);
    }

    private static string Text(StringVector vector, int row)
    {
        var index = vector.IndexOf(row);
        return index < 0 ? "" : System.Text.Encoding.UTF8.GetString(vector[index]);
    }

    private static long At(Int64Vector vector, int row)
    {
        var index = vector.IndexOf(row);
        return index < 0 ? 0 : vector.Values[index];
    }
}
