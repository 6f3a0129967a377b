using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;

namespace Rubato.Model.Scanning;

/// <summary>Turns rows of a segment into plain <see cref="Span"/> objects: for trace by id and the plain evaluator.</summary>
public static class SpanReader
{
    public static async ValueTask<IReadOnlyList<Span>> ReadAsync(ISpanSegment segment, RowSet rows, ScanContext context)
    {
        if (rows.Count == 0) return [];
        var n = rows.Count;
        var columns = new Dictionary<SpanColumn, ColumnVector?>();
        for (var c = SpanColumn.TraceId; c <= SpanColumn.ResourceSchemaUrl; c++)
            columns[c] = await segment.ReadRowsAsync(c, rows, context).ConfigureAwait(false);

        var attributes = new Dictionary<AttributeOwner, List<KeyValuePair<string, AttributeValue>>?[]>();
        foreach (var owner in (ReadOnlySpan<AttributeOwner>)[AttributeOwner.Resource, AttributeOwner.Scope, AttributeOwner.Span])
            attributes[owner] = new List<KeyValuePair<string, AttributeValue>>?[n];
        foreach (var info in segment.Attributes)
        {
            if (info.Owner is AttributeOwner.Event or AttributeOwner.Link) continue;
            AddValues(attributes[info.Owner], info.Key, await segment.ReadRowsAsync(info, rows, context).ConfigureAwait(false));
        }

        foreach (var (owner, lists) in attributes)
        {
            if (await segment.ReadOverflowAsync(owner, context).ConfigureAwait(false) is { } overflow)
                AddOverflow(lists, (StringVector)ColumnSlicer.Slice(overflow, rows));
        }

        var events = await ReadEventsAsync(segment, rows, context).ConfigureAwait(false);
        var links = await ReadLinksAsync(segment, rows, context).ConfigureAwait(false);

        // Spans of a batch share few resources and scopes: equal ones become one object, so that writers can group by it.
        var resources = new Dictionary<string, Resource>(StringComparer.Ordinal);
        var scopes = new Dictionary<string, InstrumentationScope>(StringComparer.Ordinal);
        var traceIds = (TraceIdVector)columns[SpanColumn.TraceId]!;
        var spans = new Span[n];
        for (var i = 0; i < n; i++)
        {
            var start = (ulong)Int(columns[SpanColumn.StartUnixNano], i);
            spans[i] = new Span
            {
                TraceId = traceIds[i],
                SpanId = new SpanId((ulong)Int(columns[SpanColumn.SpanId], i)),
                ParentSpanId = new SpanId((ulong)Int(columns[SpanColumn.ParentSpanId], i)),
                Name = Text(columns[SpanColumn.Name], i),
                Kind = (SpanKind)Int(columns[SpanColumn.Kind], i),
                StatusCode = (StatusCode)Int(columns[SpanColumn.StatusCode], i),
                StatusMessage = Text(columns[SpanColumn.StatusMessage], i),
                StartUnixNano = start,
                EndUnixNano = start + (ulong)Int(columns[SpanColumn.DurationNano], i),
                TraceState = Text(columns[SpanColumn.TraceState], i),
                Flags = (uint)Int(columns[SpanColumn.Flags], i),
                DroppedAttributesCount = (uint)Int(columns[SpanColumn.DroppedAttributesCount], i),
                DroppedEventsCount = (uint)Int(columns[SpanColumn.DroppedEventsCount], i),
                DroppedLinksCount = (uint)Int(columns[SpanColumn.DroppedLinksCount], i),
                Attributes = attributes[AttributeOwner.Span][i] ?? [],
                Events = events[i] ?? [],
                Links = links[i] ?? [],
                Resource = SharedResource(i),
                Scope = SharedScope(i),
            };
        }

        return spans;

        Resource SharedResource(int i)
        {
            var made = new Resource
            {
                Attributes = attributes[AttributeOwner.Resource][i] ?? [],
                DroppedAttributesCount = (uint)Int(columns[SpanColumn.ResourceDroppedAttributesCount], i),
                SchemaUrl = Text(columns[SpanColumn.ResourceSchemaUrl], i),
            };
            var key = Identity(made.Attributes, made.SchemaUrl + "\0" + made.DroppedAttributesCount);
            return resources.TryGetValue(key, out var known) ? known : resources[key] = made;
        }

        InstrumentationScope SharedScope(int i)
        {
            var made = new InstrumentationScope
            {
                Name = Text(columns[SpanColumn.ScopeName], i),
                Version = Text(columns[SpanColumn.ScopeVersion], i),
                Attributes = attributes[AttributeOwner.Scope][i] ?? [],
                DroppedAttributesCount = (uint)Int(columns[SpanColumn.ScopeDroppedAttributesCount], i),
                SchemaUrl = Text(columns[SpanColumn.ScopeSchemaUrl], i),
            };
            var key = Identity(made.Attributes, made.Name + "\0" + made.Version + "\0" + made.SchemaUrl + "\0" + made.DroppedAttributesCount);
            return scopes.TryGetValue(key, out var known) ? known : scopes[key] = made;
        }
    }

    private static string Identity(IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes, string rest)
    {
        var text = new StringBuilder(rest);
        foreach (var (key, value) in attributes) text.Append('\0').Append(key).Append('\0').Append((int)value.Kind).Append(value);
        return text.ToString();
    }

    private static async ValueTask<List<SpanEvent>?[]> ReadEventsAsync(ISpanSegment segment, RowSet rows, ScanContext context)
    {
        var result = new List<SpanEvent>?[rows.Count];
        if (segment.EventCount == 0) return result;
        var (children, owners) = ChildRows(await segment.ReadParentsAsync(AttributeOwner.Event, context).ConfigureAwait(false), rows);
        if (children.Count == 0) return result;
        var times = await segment.ReadRowsAsync(SpanColumn.EventTimeUnixNano, children, context).ConfigureAwait(false);
        var names = await segment.ReadRowsAsync(SpanColumn.EventName, children, context).ConfigureAwait(false);
        var dropped = await segment.ReadRowsAsync(SpanColumn.EventDroppedAttributesCount, children, context).ConfigureAwait(false);
        var attributes = await ReadChildAttributesAsync(segment, AttributeOwner.Event, children, context).ConfigureAwait(false);
        for (var i = 0; i < children.Count; i++)
        {
            (result[owners[i]] ??= []).Add(new SpanEvent
            {
                TimeUnixNano = (ulong)Int(times, i),
                Name = Text(names, i),
                DroppedAttributesCount = (uint)Int(dropped, i),
                Attributes = attributes[i] ?? [],
            });
        }

        return result;
    }

    private static async ValueTask<List<SpanLink>?[]> ReadLinksAsync(ISpanSegment segment, RowSet rows, ScanContext context)
    {
        var result = new List<SpanLink>?[rows.Count];
        if (segment.LinkCount == 0) return result;
        var (children, owners) = ChildRows(await segment.ReadParentsAsync(AttributeOwner.Link, context).ConfigureAwait(false), rows);
        if (children.Count == 0) return result;
        var traceIds = await segment.ReadRowsAsync(SpanColumn.LinkTraceId, children, context).ConfigureAwait(false);
        var spanIds = await segment.ReadRowsAsync(SpanColumn.LinkSpanId, children, context).ConfigureAwait(false);
        var states = await segment.ReadRowsAsync(SpanColumn.LinkTraceState, children, context).ConfigureAwait(false);
        var flags = await segment.ReadRowsAsync(SpanColumn.LinkFlags, children, context).ConfigureAwait(false);
        var dropped = await segment.ReadRowsAsync(SpanColumn.LinkDroppedAttributesCount, children, context).ConfigureAwait(false);
        var attributes = await ReadChildAttributesAsync(segment, AttributeOwner.Link, children, context).ConfigureAwait(false);
        for (var i = 0; i < children.Count; i++)
        {
            (result[owners[i]] ??= []).Add(new SpanLink
            {
                TraceId = Bytes(traceIds, i),
                SpanId = Bytes(spanIds, i),
                TraceState = Text(states, i),
                Flags = (uint)Int(flags, i),
                DroppedAttributesCount = (uint)Int(dropped, i),
                Attributes = attributes[i] ?? [],
            });
        }

        return result;
    }

    private static async ValueTask<List<KeyValuePair<string, AttributeValue>>?[]> ReadChildAttributesAsync(
        ISpanSegment segment, AttributeOwner owner, RowSet children, ScanContext context)
    {
        var lists = new List<KeyValuePair<string, AttributeValue>>?[children.Count];
        foreach (var info in segment.Attributes)
        {
            if (info.Owner == owner) AddValues(lists, info.Key, await segment.ReadRowsAsync(info, children, context).ConfigureAwait(false));
        }

        if (await segment.ReadOverflowAsync(owner, context).ConfigureAwait(false) is { } overflow)
            AddOverflow(lists, (StringVector)ColumnSlicer.Slice(overflow, children));
        return lists;
    }

    /// <summary>Child rows of the given span rows, and for each the index of its span among them.</summary>
    private static (RowSet Children, List<int> Owners) ChildRows(ReadOnlyMemory<int> parents, RowSet rows)
    {
        var children = new List<int>();
        var owners = new List<int>();
        var span = parents.Span;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var at = span.BinarySearch(row);
            if (at < 0) continue;
            while (at > 0 && span[at - 1] == row) at--;
            for (; at < span.Length && span[at] == row; at++)
            {
                children.Add(at);
                owners.Add(i);
            }
        }

        return (RowSet.Of([.. children]), owners);
    }

    private static void AddValues(List<KeyValuePair<string, AttributeValue>>?[] lists, string key, ColumnVector vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            var row = vector.IsDense ? i : vector.Rows[i];
            (lists[row] ??= []).Add(new(key, ValueAt(vector, i)));
        }
    }

    private static void AddOverflow(List<KeyValuePair<string, AttributeValue>>?[] lists, StringVector overflow)
    {
        for (var i = 0; i < overflow.Count; i++)
        {
            var row = overflow.IsDense ? i : overflow.Rows[i];
            var list = new WireReader(overflow[i]);
            while (!list.AtEnd && OverflowColumn.TryNext(ref list, out var key, out var any))
                (lists[row] ??= []).Add(new(Encoding.UTF8.GetString(key), AnyValueReader.Read(any)));
        }
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

    private static long Int(ColumnVector? vector, int row)
    {
        if (vector is not Int64Vector ints) return 0;
        var i = ints.IndexOf(row);
        return i < 0 ? 0 : ints.Values[i];
    }

    private static string Text(ColumnVector? vector, int row)
    {
        if (vector is not StringVector strings) return "";
        var i = strings.IndexOf(row);
        return i < 0 ? "" : Encoding.UTF8.GetString(strings[i]);
    }

    private static byte[] Bytes(ColumnVector? vector, int row)
    {
        if (vector is not StringVector strings) return [];
        var i = strings.IndexOf(row);
        return i < 0 ? [] : strings[i].ToArray();
    }
}
