using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using AttributeLists = System.Collections.Generic.List<System.Collections.Generic.KeyValuePair<string, Rubato.Model.Spans.AttributeValue>>;

namespace Rubato.Model.Scanning;

/// <summary>Turns rows of a segment into plain <see cref="Span"/> objects, all columns read in one step: for trace by id and tests.</summary>
public static class SpanReader
{
    private const int FixedColumns = (int)SpanColumn.LinkDroppedAttributesCount + 1;
    private static readonly AttributeOwner[] Owners = Enum.GetValues<AttributeOwner>();

    public static async ValueTask<IReadOnlyList<Span>> ReadAsync(ISpanSegment segment, RowSet rows, ScanContext context)
    {
        if (rows.Count == 0) return [];
        var columns = ColumnsOf(segment);
        return Build(columns, await segment.ReadRowsAsync(columns, rows, context).ConfigureAwait(false), rows.Count);
    }

    /// <summary>The i-th present value of an attribute column.</summary>
    public static AttributeValue ValueAt(ColumnVector vector, int index) => vector switch
    {
        StringVector { Type: ColumnType.Any } a => AnyValueReader.Read(a[index]),
        StringVector s => AttributeValue.Of(Encoding.UTF8.GetString(s[index])),
        Int64Vector n => AttributeValue.Of(n.Values[index]),
        DoubleVector d => AttributeValue.Of(d.Values[index]),
        BoolVector b => AttributeValue.Of(b.Values[index]),
        _ => throw new NotSupportedException(vector.GetType().Name),
    };

    // Fixed columns first, each at its number; then attributes, then overflows.
    private static List<SegmentColumn> ColumnsOf(ISpanSegment segment)
    {
        var columns = new List<SegmentColumn>(FixedColumns + segment.Attributes.Count + Owners.Length);
        for (var c = 0; c < FixedColumns; c++) columns.Add((SpanColumn)c);
        foreach (var attribute in segment.Attributes) columns.Add(attribute);
        foreach (var owner in Owners)
        {
            if (segment.HasOverflow(owner)) columns.Add(SegmentColumn.Overflow(owner));
        }

        return columns;
    }

    private static Span[] Build(List<SegmentColumn> columns, SegmentRows read, int count)
    {
        var attributes = new AttributeLists?[Owners.Length][];
        foreach (var owner in Owners)
        {
            attributes[(int)owner] = new AttributeLists?[owner switch
            {
                AttributeOwner.Event => read.EventOwners.Count,
                AttributeOwner.Link => read.LinkOwners.Count,
                _ => count,
            }];
        }

        for (var i = FixedColumns; i < columns.Count; i++)
        {
            if (read.Columns[i] is not { } vector) continue;
            var lists = attributes[(int)columns[i].Table];
            if (columns[i].Attribute is { } attribute) AddValues(lists, attribute.Key, vector);
            else AddOverflow(lists, (StringVector)vector);
        }

        var events = Events(read, attributes[(int)AttributeOwner.Event], count);
        var links = Links(read, attributes[(int)AttributeOwner.Link], count);
        var resources = new SharedOwners<Resource>();
        var scopes = new SharedOwners<InstrumentationScope>();
        var traceIds = (TraceIdVector)read.Columns[(int)SpanColumn.TraceId]!;
        var (spanIds, parents) = (Ints(SpanColumn.SpanId), Ints(SpanColumn.ParentSpanId));
        var (names, kinds, statuses, messages) = (Texts(SpanColumn.Name), Ints(SpanColumn.Kind), Ints(SpanColumn.StatusCode), Texts(SpanColumn.StatusMessage));
        var (starts, durations, states, flags) = (Ints(SpanColumn.StartUnixNano), Ints(SpanColumn.DurationNano), Texts(SpanColumn.TraceState), Ints(SpanColumn.Flags));
        var (droppedAttributes, droppedEvents, droppedLinks) =
            (Ints(SpanColumn.DroppedAttributesCount), Ints(SpanColumn.DroppedEventsCount), Ints(SpanColumn.DroppedLinksCount));
        var (scopeNames, scopeVersions, scopeUrls, scopeDropped) =
            (Texts(SpanColumn.ScopeName), Texts(SpanColumn.ScopeVersion), Texts(SpanColumn.ScopeSchemaUrl), Ints(SpanColumn.ScopeDroppedAttributesCount));
        var (resourceUrls, resourceDropped) = (Texts(SpanColumn.ResourceSchemaUrl), Ints(SpanColumn.ResourceDroppedAttributesCount));
        var spans = new Span[count];
        for (var i = 0; i < count; i++)
        {
            var start = (ulong)starts[i];
            spans[i] = new Span
            {
                TraceId = traceIds[i],
                SpanId = new SpanId((ulong)spanIds[i]),
                ParentSpanId = new SpanId((ulong)parents[i]),
                Name = names[i],
                Kind = (SpanKind)kinds[i],
                StatusCode = (StatusCode)statuses[i],
                StatusMessage = messages[i],
                StartUnixNano = start,
                EndUnixNano = start + (ulong)durations[i],
                TraceState = states[i],
                Flags = (uint)flags[i],
                DroppedAttributesCount = (uint)droppedAttributes[i],
                DroppedEventsCount = (uint)droppedEvents[i],
                DroppedLinksCount = (uint)droppedLinks[i],
                Attributes = attributes[(int)AttributeOwner.Span][i] ?? [],
                Events = events[i] ?? [],
                Links = links[i] ?? [],
                Resource = ResourceOf(i),
                Scope = ScopeOf(i),
            };
        }

        return spans;

        long[] Ints(SpanColumn column) => ColumnRows.Ints(read.Columns[(int)column], count);

        string[] Texts(SpanColumn column) => ColumnRows.Texts(read.Columns[(int)column], count);

        // Spans of a batch share few resources and scopes: equal ones become one object, so that writers can group by it.
        Resource ResourceOf(int i)
        {
            var own = attributes[(int)AttributeOwner.Resource][i];
            var (dropped, url) = ((uint)resourceDropped[i], resourceUrls[i]);
            return resources.GetOrAdd(
                new OwnerIdentity(own, "", "", url, dropped),
                static k => new Resource { Attributes = k.Attributes ?? [], DroppedAttributesCount = k.Dropped, SchemaUrl = k.SchemaUrl });
        }

        InstrumentationScope ScopeOf(int i) => scopes.GetOrAdd(
            new OwnerIdentity(attributes[(int)AttributeOwner.Scope][i], scopeNames[i], scopeVersions[i], scopeUrls[i], (uint)scopeDropped[i]),
            static k => new InstrumentationScope
            {
                Name = k.Name,
                Version = k.Version,
                Attributes = k.Attributes ?? [],
                DroppedAttributesCount = k.Dropped,
                SchemaUrl = k.SchemaUrl,
            });
    }

    private static List<SpanEvent>?[] Events(SegmentRows read, AttributeLists?[] attributes, int count)
    {
        var result = new List<SpanEvent>?[count];
        var owners = read.EventOwners;
        if (owners.Count == 0) return result;
        var times = ColumnRows.Ints(read.Columns[(int)SpanColumn.EventTimeUnixNano], owners.Count);
        var names = ColumnRows.Texts(read.Columns[(int)SpanColumn.EventName], owners.Count);
        var dropped = ColumnRows.Ints(read.Columns[(int)SpanColumn.EventDroppedAttributesCount], owners.Count);
        for (var i = 0; i < owners.Count; i++)
        {
            (result[owners[i]] ??= []).Add(new SpanEvent
            {
                TimeUnixNano = (ulong)times[i],
                Name = names[i],
                DroppedAttributesCount = (uint)dropped[i],
                Attributes = attributes[i] ?? [],
            });
        }

        return result;
    }

    private static List<SpanLink>?[] Links(SegmentRows read, AttributeLists?[] attributes, int count)
    {
        var result = new List<SpanLink>?[count];
        var owners = read.LinkOwners;
        if (owners.Count == 0) return result;
        var traceIds = ColumnRows.Bytes(read.Columns[(int)SpanColumn.LinkTraceId], owners.Count);
        var spanIds = ColumnRows.Bytes(read.Columns[(int)SpanColumn.LinkSpanId], owners.Count);
        var states = ColumnRows.Texts(read.Columns[(int)SpanColumn.LinkTraceState], owners.Count);
        var flags = ColumnRows.Ints(read.Columns[(int)SpanColumn.LinkFlags], owners.Count);
        var dropped = ColumnRows.Ints(read.Columns[(int)SpanColumn.LinkDroppedAttributesCount], owners.Count);
        for (var i = 0; i < owners.Count; i++)
        {
            (result[owners[i]] ??= []).Add(new SpanLink
            {
                TraceId = traceIds[i],
                SpanId = spanIds[i],
                TraceState = states[i],
                Flags = (uint)flags[i],
                DroppedAttributesCount = (uint)dropped[i],
                Attributes = attributes[i] ?? [],
            });
        }

        return result;
    }

    private static void AddValues(AttributeLists?[] lists, string key, ColumnVector vector)
    {
        // Neighbours mostly share their values: one object for a run of equal codes.
        var text = vector as StringVector;
        var (lastCode, last) = (-1, (AttributeValue?)null);
        for (var i = 0; i < vector.Count; i++)
        {
            if (last is null || text is null || text.Codes[i] != lastCode)
            {
                last = ValueAt(vector, i);
                lastCode = text is null ? -1 : text.Codes[i];
            }

            (lists[vector.IsDense ? i : vector.Rows[i]] ??= []).Add(new(key, last));
        }
    }

    private static void AddOverflow(AttributeLists?[] lists, StringVector overflow)
    {
        for (var i = 0; i < overflow.Count; i++)
        {
            var row = overflow.IsDense ? i : overflow.Rows[i];
            var list = new WireReader(overflow[i]);
            while (!list.AtEnd && OverflowColumn.TryNext(ref list, out var key, out var any))
                (lists[row] ??= []).Add(new(Encoding.UTF8.GetString(key), AnyValueReader.Read(any)));
        }
    }
}
