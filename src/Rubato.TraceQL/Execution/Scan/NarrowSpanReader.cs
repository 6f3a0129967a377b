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

    public static async ValueTask<Span[]> ReadAsync(ISpanSegment segment, RowSet rows, NeededFields needed, ScanContext context)
    {
        if (rows.Count == 0) return [];
        var n = rows.Count;
        var traceIds = (TraceIdVector)(await ColumnAsync(SpanColumn.TraceId).ConfigureAwait(false))!;
        var spanIds = Ints(await ColumnAsync(SpanColumn.SpanId).ConfigureAwait(false), n);
        var parents = Ints(await ColumnAsync(SpanColumn.ParentSpanId).ConfigureAwait(false), n);
        var kinds = Ints(await ColumnAsync(SpanColumn.Kind).ConfigureAwait(false), n);
        var statuses = Ints(await ColumnAsync(SpanColumn.StatusCode).ConfigureAwait(false), n);
        var starts = Ints(await ColumnAsync(SpanColumn.StartUnixNano).ConfigureAwait(false), n);
        var durations = Ints(await ColumnAsync(SpanColumn.DurationNano).ConfigureAwait(false), n);
        var names = Texts(await ColumnAsync(SpanColumn.Name).ConfigureAwait(false), n);
        var messages = needed.StatusMessage ? Texts(await ColumnAsync(SpanColumn.StatusMessage).ConfigureAwait(false), n) : null;
        var scopeNames = needed.Scopes ? Texts(await ColumnAsync(SpanColumn.ScopeName).ConfigureAwait(false), n) : null;
        var scopeVersions = needed.Scopes ? Texts(await ColumnAsync(SpanColumn.ScopeVersion).ConfigureAwait(false), n) : null;
        var own = await AttributesAsync(AttributeOwner.Span, rows).ConfigureAwait(false);
        var resources = await AttributesAsync(AttributeOwner.Resource, rows).ConfigureAwait(false);
        var scopes = await AttributesAsync(AttributeOwner.Scope, rows).ConfigureAwait(false);
        var events = needed.Events ? await EventsAsync().ConfigureAwait(false) : null;
        var links = await LinksAsync().ConfigureAwait(false);

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

        ValueTask<ColumnVector?> ColumnAsync(SpanColumn column) => segment.ReadRowsAsync(column, rows, context);

        Resource ResourceOf(List<KeyValuePair<string, AttributeValue>>? attributes)
        {
            if (attributes is null) return Resource.Empty;
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(shared, new AttributeList(attributes), out _);
            return known ??= new Resource { Attributes = attributes };
        }

        async ValueTask<List<KeyValuePair<string, AttributeValue>>?[]?> AttributesAsync(AttributeOwner owner, RowSet ownerRows)
        {
            List<KeyValuePair<string, AttributeValue>>?[]? lists = null;
            foreach (var column in segment.Attributes)
            {
                if (column.Owner != owner || !(needed.Needs(owner, column.Key) || (owner, column.Key) == RefType)) continue;
                Add(ref lists, ownerRows.Count, column.Key, await segment.ReadRowsAsync(column, ownerRows, context).ConfigureAwait(false));
            }

            if (!segment.HasOverflow(owner)) return lists;
            var keys = needed.AllOfResource && owner == AttributeOwner.Resource
                ? await segment.ReadOverflowKeysAsync(owner, int.MaxValue, context).ConfigureAwait(false)
                : needed.KeysOf(owner);
            foreach (var key in keys)
            {
                foreach (var vector in await segment.ReadOverflowAsync(owner, key, context).ConfigureAwait(false))
                    Add(ref lists, ownerRows.Count, key, ColumnSlicer.Slice(vector, ownerRows));
            }

            return lists;
        }

        async ValueTask<List<SpanEvent>?[]?> EventsAsync()
        {
            if (segment.EventCount == 0) return null;
            var (children, owners) = ChildRows((await segment.ReadParentsAsync(AttributeOwner.Event, context).ConfigureAwait(false)).Span, rows, null);
            if (children.Count == 0) return null;
            var times = Ints(await segment.ReadRowsAsync(SpanColumn.EventTimeUnixNano, children, context).ConfigureAwait(false), children.Count);
            var eventNames = Texts(await segment.ReadRowsAsync(SpanColumn.EventName, children, context).ConfigureAwait(false), children.Count);
            var attributes = await AttributesAsync(AttributeOwner.Event, children).ConfigureAwait(false);
            var result = new List<SpanEvent>?[n];
            for (var i = 0; i < children.Count; i++)
            {
                (result[owners[i]] ??= []).Add(
                    new SpanEvent { TimeUnixNano = (ulong)times[i], Name = eventNames[i], Attributes = List(attributes?[i]) });
            }

            return result;
        }

        // A link may say that a span without parent is no root (spec/traceql.md 1): such spans' links are always read.
        async ValueTask<List<SpanLink>?[]?> LinksAsync()
        {
            if (segment.LinkCount == 0) return null;
            var (children, owners) = ChildRows(
                (await segment.ReadParentsAsync(AttributeOwner.Link, context).ConfigureAwait(false)).Span, rows, needed.Links ? null : parents);
            if (children.Count == 0) return null;
            var linkedTraces = Bytes(await segment.ReadRowsAsync(SpanColumn.LinkTraceId, children, context).ConfigureAwait(false), children.Count);
            var linkedSpans = Bytes(await segment.ReadRowsAsync(SpanColumn.LinkSpanId, children, context).ConfigureAwait(false), children.Count);
            var attributes = await AttributesAsync(AttributeOwner.Link, children).ConfigureAwait(false);
            var result = new List<SpanLink>?[n];
            for (var i = 0; i < children.Count; i++)
            {
                (result[owners[i]] ??= []).Add(
                    new SpanLink { TraceId = linkedTraces[i], SpanId = linkedSpans[i], Attributes = List(attributes?[i]) });
            }

            return result;
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

    /// <summary>Child rows of the given span rows (of those whose parent id is 0 where ids are given), and for each the index of its span.</summary>
    private static (RowSet Children, List<int> Owners) ChildRows(ReadOnlySpan<int> childParents, RowSet rows, long[]? parentIds)
    {
        var children = new List<int>();
        var owners = new List<int>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (parentIds is not null && parentIds[i] != 0) continue;
            var row = rows[i];
            var at = childParents.BinarySearch(row);
            if (at < 0) continue;
            while (at > 0 && childParents[at - 1] == row) at--;
            for (; at < childParents.Length && childParents[at] == row; at++)
            {
                children.Add(at);
                owners.Add(i);
            }
        }

        return (RowSet.Of([.. children]), owners);
    }

    private static long[] Ints(ColumnVector? vector, int count)
    {
        var result = new long[count];
        if (vector is not Int64Vector ints) return result;
        if (ints.IsDense) ints.Values.CopyTo(result);
        else for (var i = 0; i < ints.Count; i++) result[ints.Rows[i]] = ints.Values[i];
        return result;
    }

    private static string[] Texts(ColumnVector? vector, int count)
    {
        var result = new string[count];
        Array.Fill(result, "");
        if (vector is not StringVector texts) return result;
        var known = new Dictionary<int, string>();
        for (var i = 0; i < texts.Count; i++)
        {
            var code = texts.Codes[i];
            if (!known.TryGetValue(code, out var text)) known[code] = text = texts.Dictionary.GetString(code);
            result[texts.IsDense ? i : texts.Rows[i]] = text;
        }

        return result;
    }

    private static byte[][] Bytes(ColumnVector? vector, int count)
    {
        var result = new byte[count][];
        Array.Fill(result, []);
        if (vector is not StringVector texts) return result;
        for (var i = 0; i < texts.Count; i++) result[texts.IsDense ? i : texts.Rows[i]] = texts[i].ToArray();
        return result;
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
