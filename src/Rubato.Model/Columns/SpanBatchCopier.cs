using System.Buffers.Binary;
using Rubato.Model.Spans;

namespace Rubato.Model.Columns;

/// <summary>Copies some rows of a batch into a builder: for traces that are carried over when a block is cut.</summary>
public static class SpanBatchCopier
{
    /// <param name="source">The batch; not changed.</param>
    /// <param name="rows">Ascending span rows to copy, with all that belongs to them.</param>
    /// <param name="target">Gets the rows at its end, with the write-ahead-log record of each.</param>
    public static void Copy(SpanBatch source, ReadOnlySpan<int> rows, SpanBatchBuilder target)
    {
        var resources = new Table(source.ResourceCount);
        var scopes = new Table(source.ScopeCount);
        var spans = new Table(source.SpanCount);
        var events = new Table(source.EventCount);
        var links = new Table(source.LinkCount);

        var fields = new Fields(source);
        var eventParents = source.EventParents;
        var linkParents = source.LinkParents;
        int nextEvent = 0, nextLink = 0;
        foreach (var row in rows)
        {
            var resource = Intern(resources, source.ResourceRows[row], target, isResource: true);
            var scope = Intern(scopes, source.ScopeRows[row], target, isResource: false);
            target.BeginWalRecord(source.WalSequenceOf(row));
            spans.Map[row] = target.AddSpan(fields.Header(row), resource, scope);

            while (nextEvent < eventParents.Length && eventParents[nextEvent] < row) nextEvent++;
            for (; nextEvent < eventParents.Length && eventParents[nextEvent] == row; nextEvent++)
            {
                events.Map[nextEvent] = target.AddEvent(
                    (ulong)fields.Int(SpanColumn.EventTimeUnixNano, nextEvent), fields.Text(SpanColumn.EventName, nextEvent),
                    (uint)fields.Int(SpanColumn.EventDroppedAttributesCount, nextEvent));
            }

            while (nextLink < linkParents.Length && linkParents[nextLink] < row) nextLink++;
            for (; nextLink < linkParents.Length && linkParents[nextLink] == row; nextLink++)
            {
                links.Map[nextLink] = target.AddLink(
                    fields.Text(SpanColumn.LinkTraceId, nextLink), fields.Text(SpanColumn.LinkSpanId, nextLink),
                    fields.Text(SpanColumn.LinkTraceState, nextLink), (uint)fields.Int(SpanColumn.LinkFlags, nextLink),
                    (uint)fields.Int(SpanColumn.LinkDroppedAttributesCount, nextLink));
            }
        }

        // New resource and scope rows were numbered in order of first use; their columns want ascending rows.
        foreach (var (from, to) in resources.Added)
        {
            target.SetResourceFields(
                to, (uint)fields.Int(SpanColumn.ResourceDroppedAttributesCount, from), fields.Text(SpanColumn.ResourceSchemaUrl, from));
        }

        foreach (var (from, to) in scopes.Added)
        {
            target.SetScopeFields(
                to, fields.Text(SpanColumn.ScopeName, from), fields.Text(SpanColumn.ScopeVersion, from),
                (uint)fields.Int(SpanColumn.ScopeDroppedAttributesCount, from), fields.Text(SpanColumn.ScopeSchemaUrl, from));
        }

        foreach (var column in source.Attributes)
        {
            var key = System.Text.Encoding.UTF8.GetBytes(column.Key);
            switch (column.Owner)
            {
                case AttributeOwner.Resource:
                    CopyAdded(column, key, resources.Added, target);
                    break;
                case AttributeOwner.Scope:
                    CopyAdded(column, key, scopes.Added, target);
                    break;
                case AttributeOwner.Span:
                    CopyMapped(column, key, spans.Map, target);
                    break;
                case AttributeOwner.Event:
                    CopyMapped(column, key, events.Map, target);
                    break;
                default:
                    CopyMapped(column, key, links.Map, target);
                    break;
            }
        }

        CopyOverflow(AttributeOwner.Span, spans.Map);
        CopyOverflow(AttributeOwner.Event, events.Map);
        CopyOverflow(AttributeOwner.Link, links.Map);
        CopyAddedOverflow(AttributeOwner.Resource, resources.Added);
        CopyAddedOverflow(AttributeOwner.Scope, scopes.Added);

        void CopyOverflow(AttributeOwner owner, int[] map)
        {
            if (source.Overflow(owner) is not { } overflow) return;
            for (var i = 0; i < overflow.Count; i++)
            {
                var to = map[overflow.IsDense ? i : overflow.Rows[i]];
                if (to >= 0) target.AddOverflowList(owner, to, overflow[i]);
            }
        }

        void CopyAddedOverflow(AttributeOwner owner, List<(int From, int To)> added)
        {
            if (source.Overflow(owner) is not { } overflow) return;
            foreach (var (from, to) in added)
            {
                var i = overflow.IndexOf(from);
                if (i >= 0) target.AddOverflowList(owner, to, overflow[i]);
            }
        }
    }

    private static int Intern(Table table, int from, SpanBatchBuilder target, bool isResource)
    {
        if (table.Map[from] >= 0) return table.Map[from];
        // Equal resources of different source batches are not merged: they are few. The tag only has to be unique in the target.
        Span<byte> identity = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(identity, isResource ? target.ResourceCount : target.ScopeCount);
        BinaryPrimitives.WriteInt32LittleEndian(identity[8..], from);
        var to = isResource ? target.GetOrAddResource(identity, out _) : target.GetOrAddScope(identity, out _);
        table.Map[from] = to;
        table.Added.Add((from, to));
        return to;
    }

    private static void CopyMapped(AttributeColumn column, byte[] key, int[] map, SpanBatchBuilder target)
    {
        var values = column.Values;
        for (var i = 0; i < values.Count; i++)
        {
            var to = map[values.IsDense ? i : values.Rows[i]];
            if (to >= 0) CopyValue(column, key, values, i, to, target);
        }
    }

    private static void CopyAdded(AttributeColumn column, byte[] key, List<(int From, int To)> added, SpanBatchBuilder target)
    {
        foreach (var (from, to) in added)
        {
            var i = column.Values.IndexOf(from);
            if (i >= 0) CopyValue(column, key, column.Values, i, to, target);
        }
    }

    private static void CopyValue(AttributeColumn column, byte[] key, ColumnVector values, int index, int to, SpanBatchBuilder target)
    {
        switch (values)
        {
            case StringVector { Type: ColumnType.Any } any:
                target.AddAny(column.Owner, to, key, any[index]);
                break;
            case StringVector text:
                target.AddString(column.Owner, to, key, text[index]);
                break;
            case Int64Vector ints:
                target.AddInt64(column.Owner, to, key, ints.Values[index]);
                break;
            case DoubleVector doubles:
                target.AddDouble(column.Owner, to, key, doubles.Values[index]);
                break;
            case BoolVector bools:
                target.AddBool(column.Owner, to, key, bools.Values[index]);
                break;
        }
    }

    private sealed class Table
    {
        public Table(int rows)
        {
            Map = new int[rows];
            Map.AsSpan().Fill(-1);
        }

        public int[] Map { get; }

        public List<(int From, int To)> Added { get; } = [];
    }

    private readonly struct Fields(SpanBatch source)
    {
        public SpanHeader Header(int row)
        {
            var start = (ulong)Int(SpanColumn.StartUnixNano, row);
            return new SpanHeader
            {
                TraceId = source.TraceIds[row],
                SpanId = new SpanId((ulong)Int(SpanColumn.SpanId, row)),
                ParentSpanId = new SpanId((ulong)Int(SpanColumn.ParentSpanId, row)),
                Name = Text(SpanColumn.Name, row),
                Kind = (int)Int(SpanColumn.Kind, row),
                StatusCode = (int)Int(SpanColumn.StatusCode, row),
                StatusMessage = Text(SpanColumn.StatusMessage, row),
                StartUnixNano = start,
                EndUnixNano = start + (ulong)Int(SpanColumn.DurationNano, row),
                TraceState = Text(SpanColumn.TraceState, row),
                Flags = (uint)Int(SpanColumn.Flags, row),
                DroppedAttributesCount = (uint)Int(SpanColumn.DroppedAttributesCount, row),
                DroppedEventsCount = (uint)Int(SpanColumn.DroppedEventsCount, row),
                DroppedLinksCount = (uint)Int(SpanColumn.DroppedLinksCount, row),
            };
        }

        public long Int(SpanColumn column, int row)
        {
            if (source[column] is not Int64Vector vector) return 0;
            var i = vector.IndexOf(row);
            return i < 0 ? 0 : vector.Values[i];
        }

        public ReadOnlySpan<byte> Text(SpanColumn column, int row)
        {
            if (source[column] is not StringVector vector) return [];
            var i = vector.IndexOf(row);
            return i < 0 ? [] : vector[i];
        }
    }
}
