using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.Verification;

/// <summary>A row group's trace ids and trace-level columns, as they are stored.</summary>
internal sealed class TraceColumns
{
    private const string ServiceName = "service.name";

    private readonly TraceIdVector _ids;
    private readonly Int64Vector?[] _numbers;
    private readonly StringVector?[] _texts;

    private TraceColumns(TraceIdVector ids, Int64Vector?[] numbers, StringVector?[] texts)
    {
        _ids = ids;
        _numbers = numbers;
        _texts = texts;
    }

    private static SpanColumn[] Numbers { get; } =
        [SpanColumn.TraceStartUnixNano, SpanColumn.TraceDurationNano, SpanColumn.NestedSetLeft, SpanColumn.NestedSetRight, SpanColumn.NestedSetParent];

    private static SpanColumn[] Texts { get; } = [SpanColumn.RootServiceName, SpanColumn.RootName];

    public static async Task<TraceColumns> ReadAsync(ISpanSegment segment, ScanContext context)
    {
        if (await segment.ReadAsync(SpanColumn.TraceId, context) is not TraceIdVector ids || ids.Count != segment.SpanCount)
            throw new SegmentDamagedException(segment.Name, "trace_id is not on every row");
        var numbers = new Int64Vector?[Numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = await segment.ReadAsync(Numbers[i], context) as Int64Vector;
        var texts = new StringVector?[Texts.Length];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = await segment.ReadAsync(Texts[i], context) as StringVector;
        return new TraceColumns(ids, numbers, texts);
    }

    /// <summary>The row after the last whole trace of about so many rows; the first trace is taken whole however long it is.</summary>
    public int EndOfTraces(int from, int rows)
    {
        var end = from;
        while (true)
        {
            var next = end + 1;
            while (next < _ids.Count && _ids[next] == _ids[end])
                next++;
            if (end > from && next - from > rows)
                return end;
            end = next;
            if (end == _ids.Count || end - from >= rows)
                return end;
        }
    }

    /// <summary>The name of a column that does not hold what it should in this row; null when all do.</summary>
    public string? Difference(int row, ulong start, ulong duration, Span? root, int left, int right, int parent)
    {
        ReadOnlySpan<long> expected = [(long)start, (long)duration, left, right, parent];
        for (var i = 0; i < expected.Length; i++)
        {
            if (_numbers[i] is not { } vector || vector.IndexOf(row) is var at && (at < 0 || vector.Values[at] != expected[i]))
                return Numbers[i].ToString();
        }

        if (!Holds(_texts[0], row, ServiceOf(root)))
            return nameof(SpanColumn.RootServiceName);
        return Holds(_texts[1], row, root?.Name ?? "") ? null : nameof(SpanColumn.RootName);
    }

    private static bool Holds(StringVector? vector, int row, string expected)
    {
        var at = vector?.IndexOf(row) ?? -1;
        return at < 0 ? expected.Length == 0 : Encoding.UTF8.GetString(vector![at]) == expected;
    }

    private static string ServiceOf(Span? span)
    {
        foreach (var (key, value) in span?.Resource.Attributes ?? [])
        {
            if (key == ServiceName && value.Kind == AttributeKind.String)
                return value.AsString;
        }

        return "";
    }
}
