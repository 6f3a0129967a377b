using System.Runtime.InteropServices;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Planning;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// Rows of a segment as plain spans that hold only the fields a query needs: a few columns instead of all of them
/// (142 in the usual load), for each candidate of a search.
/// </summary>
internal static class NarrowSpanReader
{
    private static readonly KeyValuePair<string, AttributeValue>[] NoAttributes = [];
    private static readonly (AttributeOwner, string) RefType = (AttributeOwner.Link, "opentracing.ref_type");

    private static readonly SpanColumn[] Always =
    [
        SpanColumn.TraceId, SpanColumn.SpanId, SpanColumn.ParentSpanId, SpanColumn.Kind, SpanColumn.StatusCode, SpanColumn.StartUnixNano,
        SpanColumn.DurationNano, SpanColumn.Name,
    ];

    public static async ValueTask<Span[]> ReadAsync(ISpanSegment segment, RowSet rows, NeededFields needed, ScanContext context)
    {
        if (rows.Count == 0) return [];
        var n = rows.Count;
        var columns = new List<SegmentColumn>(16);
        foreach (var column in Always) columns.Add(column);
        if (needed.StatusMessage) columns.Add(SpanColumn.StatusMessage);
        if (needed.Scopes) columns.AddRange([SpanColumn.ScopeName, SpanColumn.ScopeVersion]);
        if (needed.Events && segment.EventCount > 0) columns.AddRange([SpanColumn.EventTimeUnixNano, SpanColumn.EventName]);
        if (needed.Links && segment.LinkCount > 0) columns.AddRange([SpanColumn.LinkTraceId, SpanColumn.LinkSpanId]);
        AddAttributes(columns, segment, needed, owner => owner switch
        {
            AttributeOwner.Event => needed.Events && segment.EventCount > 0,
            AttributeOwner.Link => needed.Links && segment.LinkCount > 0,
            _ => true,
        });
        var read = await segment.ReadRowsAsync(columns, rows, context).ConfigureAwait(false);
        var values = new Values(columns, read, n, needed);
        var traceIds = (TraceIdVector)read.Columns[0]!;
        var (spanIds, parents) = (values.Ints(SpanColumn.SpanId), values.Ints(SpanColumn.ParentSpanId));
        var (kinds, statuses) = (values.Ints(SpanColumn.Kind), values.Ints(SpanColumn.StatusCode));
        var (starts, durations) = (values.Ints(SpanColumn.StartUnixNano), values.Ints(SpanColumn.DurationNano));
        var names = values.Texts(SpanColumn.Name);
        var messages = needed.StatusMessage ? values.Texts(SpanColumn.StatusMessage) : null;
        var scopeNames = needed.Scopes ? values.Texts(SpanColumn.ScopeName) : null;
        var scopeVersions = needed.Scopes ? values.Texts(SpanColumn.ScopeVersion) : null;
        var own = values.Attributes(AttributeOwner.Span);
        var resources = values.Attributes(AttributeOwner.Resource);
        var scopes = values.Attributes(AttributeOwner.Scope);
        var events = values.Events();
        // A link may say that a span without parent is no root (spec/traceql.md 1): such spans' links are always read.
        var links = needed.Links ? values.Links() : await LinksOfRootsAsync(segment, rows, parents, needed, context).ConfigureAwait(false);

        // Many spans share a resource: one object for equal neighbours.
        var shared = new Dictionary<AttributeList, Resource>();
        var spans = new Span[n];
        for (var i = 0; i < n; i++)
        {
            var start = (ulong)starts[i];
            spans[i] = new Span
            {
                TraceId = traceIds[i],
                SpanId = new SpanId((ulong)spanIds[i]),
                ParentSpanId = new SpanId((ulong)parents[i]),
                Kind = (SpanKind)kinds[i],
                StatusCode = (StatusCode)statuses[i],
                StartUnixNano = start,
                EndUnixNano = start + (ulong)durations[i],
                Name = names[i],
                StatusMessage = messages?[i] ?? "",
                Attributes = List(own?[i]),
                Resource = ResourceOf(resources?[i]),
                Scope = scopes is null && scopeNames is null ? InstrumentationScope.Empty : new InstrumentationScope
                {
                    Name = scopeNames?[i] ?? "",
                    Version = scopeVersions?[i] ?? "",
                    Attributes = List(scopes?[i]),
                },
                Events = events?[i] ?? (IReadOnlyList<SpanEvent>)[],
                Links = links?[i] ?? (IReadOnlyList<SpanLink>)[],
            };
        }

        return spans;

        Resource ResourceOf(List<KeyValuePair<string, AttributeValue>>? attributes)
        {
            if (attributes is null) return Resource.Empty;
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(shared, new AttributeList(attributes), out _);
            return known ??= new Resource { Attributes = attributes };
        }
    }

    private static void AddAttributes(List<SegmentColumn> columns, ISpanSegment segment, NeededFields needed, Predicate<AttributeOwner> isWanted)
    {
        foreach (var column in segment.Attributes)
        {
            if (isWanted(column.Owner) && (needed.Needs(column.Owner, column.Key) || (column.Owner, column.Key) == RefType)) columns.Add(column);
        }

        foreach (var owner in Enum.GetValues<AttributeOwner>())
        {
            var anyKey = needed.NeedsAll(owner) || needed.KeysOf(owner).Any();
            if (isWanted(owner) && anyKey && segment.HasOverflow(owner)) columns.Add(SegmentColumn.Overflow(owner));
        }
    }

    private static async ValueTask<List<SpanLink>?[]?> LinksOfRootsAsync(
        ISpanSegment segment, RowSet rows, long[] parents, NeededFields needed, ScanContext context)
    {
        if (segment.LinkCount == 0) return null;
        var roots = new List<int>();
        for (var i = 0; i < parents.Length; i++)
        {
            if (parents[i] == 0) roots.Add(i);
        }

        if (roots.Count == 0) return null;
        var columns = new List<SegmentColumn> { SpanColumn.LinkTraceId, SpanColumn.LinkSpanId };
        AddAttributes(columns, segment, needed, owner => owner == AttributeOwner.Link);
        var read = await segment.ReadRowsAsync(columns, RowSet.Of([.. roots.Select(i => rows[i])]), context).ConfigureAwait(false);
        if (new Values(columns, read, roots.Count, needed).Links() is not { } found) return null;
        var result = new List<SpanLink>?[parents.Length];
        for (var i = 0; i < roots.Count; i++) result[roots[i]] = found[i];
        return result;
    }

    /// <summary>What was read, by the columns asked for.</summary>
    private sealed class Values(List<SegmentColumn> columns, SegmentRows read, int count, NeededFields needed)
    {
        public long[] Ints(SpanColumn column) => ColumnRows.Ints(Find(column), CountOf(((SegmentColumn)column).Table));

        public string[] Texts(SpanColumn column) => ColumnRows.Texts(Find(column), CountOf(((SegmentColumn)column).Table));

        public List<KeyValuePair<string, AttributeValue>>?[]? Attributes(AttributeOwner owner)
        {
            List<KeyValuePair<string, AttributeValue>>?[]? lists = null;
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i].Table != owner || columns[i].Fixed is not null || read.Columns[i] is not { } vector) continue;
                if (columns[i].Attribute is { } attribute)
                {
                    Add(ref lists, CountOf(owner), attribute.Key, vector);
                    continue;
                }

                var overflow = (StringVector)vector;
                var keys = needed.NeedsAll(owner) ? OverflowColumn.ReadKeys(overflow, int.MaxValue) : needed.KeysOf(owner);
                foreach (var key in keys)
                {
                    foreach (var found in OverflowColumn.Read(overflow, key)) Add(ref lists, CountOf(owner), key, found);
                }
            }

            return lists;
        }

        public List<SpanEvent>?[]? Events()
        {
            if (read.EventOwners.Count == 0) return null;
            var (times, names) = (Ints(SpanColumn.EventTimeUnixNano), Texts(SpanColumn.EventName));
            var attributes = Attributes(AttributeOwner.Event);
            var result = new List<SpanEvent>?[count];
            for (var i = 0; i < times.Length; i++)
            {
                (result[read.EventOwners[i]] ??= []).Add(
                    new SpanEvent { TimeUnixNano = (ulong)times[i], Name = names[i], Attributes = List(attributes?[i]) });
            }

            return result;
        }

        public List<SpanLink>?[]? Links()
        {
            var links = read.LinkOwners.Count;
            if (links == 0) return null;
            var (traces, spans) = (ColumnRows.Bytes(Find(SpanColumn.LinkTraceId), links), ColumnRows.Bytes(Find(SpanColumn.LinkSpanId), links));
            var attributes = Attributes(AttributeOwner.Link);
            var result = new List<SpanLink>?[count];
            for (var i = 0; i < links; i++)
                (result[read.LinkOwners[i]] ??= []).Add(new SpanLink { TraceId = traces[i], SpanId = spans[i], Attributes = List(attributes?[i]) });
            return result;
        }

        private int CountOf(AttributeOwner table) => table switch
        {
            AttributeOwner.Event => read.EventOwners.Count,
            AttributeOwner.Link => read.LinkOwners.Count,
            _ => count,
        };

        private ColumnVector? Find(SpanColumn column)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i].Fixed == column) return read.Columns[i];
            }

            return null;
        }
    }

    private static IReadOnlyList<KeyValuePair<string, AttributeValue>> List(List<KeyValuePair<string, AttributeValue>>? list) =>
        list ?? (IReadOnlyList<KeyValuePair<string, AttributeValue>>)NoAttributes;

    private static void Add(ref List<KeyValuePair<string, AttributeValue>>?[]? lists, int count, string key, ColumnVector vector)
    {
        lists ??= new List<KeyValuePair<string, AttributeValue>>?[count];
        // Neighbours mostly share their values: one object for a run of equal codes.
        var (lastCode, last) = (-1, (AttributeValue?)null);
        for (var i = 0; i < vector.Count; i++)
        {
            AttributeValue value;
            if (vector is StringVector text)
            {
                if (last is null || text.Codes[i] != lastCode) (lastCode, last) = (text.Codes[i], SpanReader.ValueAt(vector, i));
                value = last;
            }
            else
            {
                value = SpanReader.ValueAt(vector, i);
            }

            (lists[vector.IsDense ? i : vector.Rows[i]] ??= []).Add(new(key, value));
        }
    }

    /// <summary>Attributes compared by their content.</summary>
    private readonly record struct AttributeList(List<KeyValuePair<string, AttributeValue>> Items)
    {
        public bool Equals(AttributeList other) => Items.SequenceEqual(other.Items);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var (key, value) in Items)
            {
                hash.Add(key);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }
    }
}
