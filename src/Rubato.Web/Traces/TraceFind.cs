using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.Web.Traces;

/// <summary>Text anywhere in a trace: names, attributes of span and resource, events, ids. A text is tested once for each distinct value of a column.</summary>
public static class TraceFind
{
    /// <summary>The spans that have it, in the order of the waterfall. Upper and lower case are the same.</summary>
    public static async Task<IReadOnlyList<int>> FindAsync(TraceView trace, string text, CancellationToken cancellationToken)
    {
        var found = new bool[trace.Count];
        var context = new ScanContext(cancellationToken);
        var spans = trace.Spans;
        if (trace.Find(text) is >= 0 and var id) found[id] = true;
        foreach (var column in (SpanColumn[])[SpanColumn.Name, SpanColumn.StatusMessage, SpanColumn.ScopeName]) Mark(await spans.ReadAsync(column, context), null);
        await MarkEventsAsync(await spans.ReadAsync(SpanColumn.EventName, context));
        foreach (var attribute in spans.Attributes)
        {
            var vector = await spans.ReadAsync(attribute, context);
            var parents = attribute.Owner switch
            {
                AttributeOwner.Event or AttributeOwner.Link => await spans.ReadParentsAsync(attribute.Owner, context),
                _ => (ReadOnlyMemory<int>?)null,
            };
            if (attribute.Key.Contains(text, StringComparison.OrdinalIgnoreCase)) MarkAll(vector, parents);
            else Mark(vector, parents);
        }

        return [.. Enumerable.Range(0, trace.Count).Select(trace.Tree.SpanAt).Where(span => found[span])];

        async Task MarkEventsAsync(ColumnVector? names)
        {
            if (names is not null) Mark(names, await spans.ReadParentsAsync(AttributeOwner.Event, context));
        }

        void MarkAll(ColumnVector vector, ReadOnlyMemory<int>? parents)
        {
            for (var i = 0; i < vector.Count; i++) MarkRow(vector.IsDense ? i : vector.Rows[i], parents);
        }

        void Mark(ColumnVector? vector, ReadOnlyMemory<int>? parents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var hits = new Dictionary<int, bool>();
            for (var i = 0; vector is not null && i < vector.Count; i++)
            {
                var isHit = vector switch
                {
                    StringVector { Type: ColumnType.String } strings => HitOf(hits, strings, i),
                    Int64Vector numbers => numbers.Values[i].ToString(System.Globalization.CultureInfo.InvariantCulture) == text,
                    _ => false,
                };
                if (isHit) MarkRow(vector.IsDense ? i : vector.Rows[i], parents);
            }
        }

        void MarkRow(int row, ReadOnlyMemory<int>? parents) => found[parents is { } of ? of.Span[row] : row] = true;

        bool HitOf(Dictionary<int, bool> hits, StringVector strings, int index)
        {
            var code = strings.Codes[index];
            if (!hits.TryGetValue(code, out var hit)) hits[code] = hit = Encoding.UTF8.GetString(strings[index]).Contains(text, StringComparison.OrdinalIgnoreCase);
            return hit;
        }
    }
}
