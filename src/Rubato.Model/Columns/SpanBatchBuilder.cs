using System.Text;
using System.Text.Unicode;

namespace Rubato.Model.Columns;

/// <summary>
/// Collects spans as columns. Filled by one thread at a time (its owner locks); <see cref="Snapshot"/> gives an immutable
/// batch that shares the arrays and stays valid while the builder grows. Order of calls for a span:
/// <see cref="AddSpan"/>, then its attributes, events and links, before the next span.
/// </summary>
public sealed partial class SpanBatchBuilder
{
    private readonly BatchLimits _limits;
    private readonly StringDictionary _names = new(256);
    private readonly StringDictionary _resourceKeys = new(64);
    private readonly StringDictionary _scopeKeys = new(64);
    private readonly SparseFields _fields;

    private ulong[] _traceHigh = new ulong[InitialRows];
    private ulong[] _traceLow = new ulong[InitialRows];
    private long[] _spanIds = new long[InitialRows];
    private long[] _parents = new long[InitialRows];
    private int[] _nameCodes = new int[InitialRows];
    private long[] _kinds = new long[InitialRows];
    private long[] _statusCodes = new long[InitialRows];
    private long[] _starts = new long[InitialRows];
    private long[] _durations = new long[InitialRows];
    private int[] _resourceRows = new int[InitialRows];
    private int[] _scopeRows = new int[InitialRows];
    private readonly WalRuns _walRuns = new();

    private const int InitialRows = 1024;

    private readonly int _expectedSpans;

    /// <param name="limits">Bounds of what is collected.</param>
    /// <param name="last">What the batch before held, as a guess for this one.</param>
    public SpanBatchBuilder(BatchLimits? limits = null, BatchShape? last = null)
    {
        _limits = limits ?? new BatchLimits();
        _fields = new SparseFields(_limits);
        last ??= new BatchShape();
        if (last.Spans > 0)
        {
            _expectedSpans = Growth.Expect(last.Spans);
            _names.Expect(Growth.Expect(last.Names), Growth.Expect(last.NameBytes));
        }

        Resources = new AttributeTableBuilder(AttributeOwner.Resource, _limits, Counters, last.Resources);
        Scopes = new AttributeTableBuilder(AttributeOwner.Scope, _limits, Counters, last.Scopes);
        SpanAttributes = new AttributeTableBuilder(AttributeOwner.Span, _limits, Counters, last.SpanAttributes);
        Events = new ChildTableBuilder(AttributeOwner.Event, _limits, Counters, last.Events);
        Links = new ChildTableBuilder(AttributeOwner.Link, _limits, Counters, last.Links);
    }

    public BatchCounters Counters { get; } = new();

    public int SpanCount { get; private set; }

    public int ResourceCount => _resourceKeys.Count;

    public int ScopeCount => _scopeKeys.Count;

    internal AttributeTableBuilder Resources { get; }

    internal AttributeTableBuilder Scopes { get; }

    internal AttributeTableBuilder SpanAttributes { get; }

    internal ChildTableBuilder Events { get; }

    internal ChildTableBuilder Links { get; }

    /// <summary>Rows added from now on come from this record of the write-ahead log.</summary>
    public void BeginWalRecord(long sequence) => _walRuns.Begin(SpanCount, sequence);

    /// <summary>
    /// Row of the resource with these bytes (its Resource message followed by its schema url). <paramref name="added"/>
    /// tells that the row is new and that the caller must fill it: a known resource is not decoded again, which saves
    /// most of the work on resources, since senders repeat them with every batch.
    /// </summary>
    public int GetOrAddResource(ReadOnlySpan<byte> identity, out bool added) => _resourceKeys.GetOrAdd(identity, out added);

    /// <inheritdoc cref="GetOrAddResource"/>
    public int GetOrAddScope(ReadOnlySpan<byte> identity, out bool added) => _scopeKeys.GetOrAdd(identity, out added);

    public void SetResourceFields(int row, uint droppedAttributesCount, ReadOnlySpan<byte> schemaUrl)
    {
        _fields.AddInt(SpanColumn.ResourceDroppedAttributesCount, row, droppedAttributesCount);
        _fields.AddText(SpanColumn.ResourceSchemaUrl, row, schemaUrl, Counters);
    }

    public void SetScopeFields(int row, ReadOnlySpan<byte> name, ReadOnlySpan<byte> version, uint droppedAttributesCount, ReadOnlySpan<byte> schemaUrl)
    {
        _fields.AddText(SpanColumn.ScopeName, row, name, Counters);
        _fields.AddText(SpanColumn.ScopeVersion, row, version, Counters);
        _fields.AddInt(SpanColumn.ScopeDroppedAttributesCount, row, droppedAttributesCount);
        _fields.AddText(SpanColumn.ScopeSchemaUrl, row, schemaUrl, Counters);
    }

    /// <summary>Adds a span and returns its row. Zero and empty members cost nothing beyond their fixed columns.</summary>
    public int AddSpan(in SpanHeader span, int resourceRow, int scopeRow)
    {
        var row = SpanCount;
        if (row == _spanIds.Length) Grow();
        _traceHigh[row] = span.TraceId.High;
        _traceLow[row] = span.TraceId.Low;
        _spanIds[row] = (long)span.SpanId.Value;
        _parents[row] = (long)span.ParentSpanId.Value;
        _nameCodes[row] = Intern(_names, span.Name, Counters);
        _kinds[row] = span.Kind;
        _statusCodes[row] = span.StatusCode;
        _starts[row] = (long)span.StartUnixNano;
        _durations[row] = (long)(span.EndUnixNano - span.StartUnixNano);
        _resourceRows[row] = resourceRow;
        _scopeRows[row] = scopeRow;
        if (!span.StatusMessage.IsEmpty) _fields.AddText(SpanColumn.StatusMessage, row, span.StatusMessage, Counters);
        if (!span.TraceState.IsEmpty) _fields.AddText(SpanColumn.TraceState, row, span.TraceState, Counters);
        if ((span.Flags | span.DroppedAttributesCount | span.DroppedEventsCount | span.DroppedLinksCount) != 0) AddCounts(in span, row);
        SpanCount = row + 1;
        return row;
    }

    /// <summary>Adds an event of the span added last and returns its row in the event table.</summary>
    public int AddEvent(ulong timeUnixNano, ReadOnlySpan<byte> name, uint droppedAttributesCount)
    {
        var row = Events.Add(SpanCount - 1);
        _fields.AddIntAlways(SpanColumn.EventTimeUnixNano, row, (long)timeUnixNano);
        _fields.AddText(SpanColumn.EventName, row, name, Counters);
        _fields.AddInt(SpanColumn.EventDroppedAttributesCount, row, droppedAttributesCount);
        return row;
    }

    /// <summary>Adds a link of the span added last and returns its row in the link table.</summary>
    public int AddLink(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId, ReadOnlySpan<byte> traceState, uint flags, uint droppedAttributesCount)
    {
        var row = Links.Add(SpanCount - 1);
        _fields.AddBytes(SpanColumn.LinkTraceId, row, traceId);
        _fields.AddBytes(SpanColumn.LinkSpanId, row, spanId);
        _fields.AddText(SpanColumn.LinkTraceState, row, traceState, Counters);
        _fields.AddInt(SpanColumn.LinkFlags, row, flags);
        _fields.AddInt(SpanColumn.LinkDroppedAttributesCount, row, droppedAttributesCount);
        return row;
    }

    /// <summary>Attribute of a resource, scope, event or link row, or of a span row. Rows of an owner come in ascending order.</summary>
    public void AddString(AttributeOwner owner, int row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Table(owner).AddString(row, key, value);

    /// <inheritdoc cref="AddString"/>
    public void AddInt64(AttributeOwner owner, int row, ReadOnlySpan<byte> key, long value) => Table(owner).AddInt64(row, key, value);

    /// <inheritdoc cref="AddString"/>
    public void AddDouble(AttributeOwner owner, int row, ReadOnlySpan<byte> key, double value) => Table(owner).AddDouble(row, key, value);

    /// <inheritdoc cref="AddString"/>
    public void AddBool(AttributeOwner owner, int row, ReadOnlySpan<byte> key, bool value) => Table(owner).AddBool(row, key, value);

    /// <summary>Adds an array, key-value list, bytes or empty value as the bytes of its AnyValue message.</summary>
    public void AddAny(AttributeOwner owner, int row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> anyValueMessage) => Table(owner).AddAny(row, key, anyValueMessage);

    /// <summary>Adds the bytes of an overflow list (rows copied from another batch).</summary>
    public void AddOverflowList(AttributeOwner owner, int row, ReadOnlySpan<byte> keyValues) => Table(owner).AddOverflowList(row, keyValues);

    /// <summary>Memory held by the columns, in bytes; walks all columns, so not per span.</summary>
    public long MemoryBytes() =>
        (_spanIds.Length * 88L) + _names.MemoryBytes + _resourceKeys.MemoryBytes + _scopeKeys.MemoryBytes + _fields.MemoryBytes()
        + Resources.MemoryBytes() + Scopes.MemoryBytes() + SpanAttributes.MemoryBytes()
        + (4L * (Events.Parents.Length + Links.Parents.Length)) + Events.Attributes.MemoryBytes() + Links.Attributes.MemoryBytes();

    /// <summary>How much is here, for the batch after this one. No rows may come any more.</summary>
    public BatchShape Shape() => new()
    {
        Spans = SpanCount,
        Names = _names.Count,
        NameBytes = _names.PoolBytes,
        Resources = Resources.Shape(ResourceCount),
        Scopes = Scopes.Shape(ScopeCount),
        SpanAttributes = SpanAttributes.Shape(SpanCount),
        Events = Events.Attributes.Shape(Events.Count),
        Links = Links.Attributes.Shape(Links.Count),
    };

    private AttributeTableBuilder Table(AttributeOwner owner) => owner switch
    {
        AttributeOwner.Resource => Resources,
        AttributeOwner.Scope => Scopes,
        AttributeOwner.Span => SpanAttributes,
        AttributeOwner.Event => Events.Attributes,
        AttributeOwner.Link => Links.Attributes,
        _ => throw new ArgumentOutOfRangeException(nameof(owner)),
    };

    private void AddCounts(in SpanHeader span, int row)
    {
        _fields.AddInt(SpanColumn.Flags, row, span.Flags);
        _fields.AddInt(SpanColumn.DroppedAttributesCount, row, span.DroppedAttributesCount);
        _fields.AddInt(SpanColumn.DroppedEventsCount, row, span.DroppedEventsCount);
        _fields.AddInt(SpanColumn.DroppedLinksCount, row, span.DroppedLinksCount);
    }

    private void Grow()
    {
        var size = Growth.Next(SpanCount, SpanCount + 1, _expectedSpans);
        Growth.Resize(ref _traceHigh, size);
        Growth.Resize(ref _traceLow, size);
        Growth.Resize(ref _spanIds, size);
        Growth.Resize(ref _parents, size);
        Growth.Resize(ref _nameCodes, size);
        Growth.Resize(ref _kinds, size);
        Growth.Resize(ref _statusCodes, size);
        Growth.Resize(ref _starts, size);
        Growth.Resize(ref _durations, size);
        Growth.Resize(ref _resourceRows, size);
        Growth.Resize(ref _scopeRows, size);
    }

    /// <summary>
    /// Code of a string. Text that is not UTF-8 is kept with U+FFFD in place of the bad bytes, and counted. Only new strings
    /// are looked at: one that the dictionary knows is known to be good.
    /// </summary>
    internal static int Intern(StringDictionary dictionary, ReadOnlySpan<byte> text, BatchCounters counters)
    {
        var code = dictionary.Find(text, out var place);
        if (code >= 0) return code;
        if (Utf8.IsValid(text)) return dictionary.AddAt(place, text);
        counters.InvalidUtf8++;
        return dictionary.GetOrAdd(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));
    }
}
