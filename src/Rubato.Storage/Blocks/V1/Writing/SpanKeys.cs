using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>The columns of a batch that order and nesting are made from, looked up once: they are read span by span, in an order that jumps from batch to batch.</summary>
internal readonly struct SpanKeys(SpanBatch batch)
{
    public readonly Int64Vector Starts = batch.StartUnixNano;
    public readonly Int64Vector Durations = batch.DurationNano;
    public readonly Int64Vector SpanIds = batch.SpanIds;
    public readonly Int64Vector Parents = (Int64Vector)batch[SpanColumn.ParentSpanId]!;
    public readonly Int64Vector Kinds = (Int64Vector)batch[SpanColumn.Kind]!;

    public static SpanKeys[] Of(IReadOnlyList<BatchRows> input)
    {
        var keys = new SpanKeys[input.Count];
        for (var b = 0; b < keys.Length; b++) keys[b] = new SpanKeys(input[b].Batch);
        return keys;
    }
}
