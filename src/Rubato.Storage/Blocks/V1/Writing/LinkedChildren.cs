using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>Spans with a link to their own trace that carries <c>opentracing.ref_type = child_of</c>: no roots (spec/traceql.md section 1).</summary>
internal static class LinkedChildren
{
    public const string RefType = "opentracing.ref_type";

    public static HashSet<(int Batch, int Row)> Find(IReadOnlyList<BatchRows> input)
    {
        var found = new HashSet<(int Batch, int Row)>();
        for (var b = 0; b < input.Count; b++)
        {
            var batch = input[b].Batch;
            if (batch.LinkCount == 0) continue;
            foreach (var column in batch.Attributes)
            {
                if (column is { Owner: AttributeOwner.Link, Key: RefType, Values: StringVector values }) Add(b, batch, values, found);
            }

            if (batch.Overflow(AttributeOwner.Link) is not { } overflow) continue;
            foreach (var vector in OverflowColumn.Read(overflow, RefType))
            {
                if (vector is StringVector { Type: ColumnType.String } values) Add(b, batch, values, found);
            }
        }

        return found;
    }

    private static void Add(int index, SpanBatch batch, StringVector values, HashSet<(int Batch, int Row)> found)
    {
        if (batch[SpanColumn.LinkTraceId] is not StringVector linked) return;
        for (var i = 0; i < values.Count; i++)
        {
            if (!values[i].SequenceEqual("child_of"u8)) continue;
            var link = values.IsDense ? i : values.Rows[i];
            var span = batch.LinkParents[link];
            var at = linked.IndexOf(link);
            if (at >= 0 && linked[at].Length == TraceId.Size && TraceId.Read(linked[at]) == batch.TraceIds[span]) found.Add((index, span));
        }
    }
}
