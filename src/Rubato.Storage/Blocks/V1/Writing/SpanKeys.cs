using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>The columns of a batch that order and nesting are made from, looked up once: they are read span by span, in an order that jumps from batch to batch.</summary>
internal readonly struct SpanKeys(SpanBatch batch)
{
    private readonly Int64Vector _starts = batch.StartUnixNano;
    private readonly Int64Vector _durations = batch.DurationNano;
    private readonly Int64Vector _spanIds = batch.SpanIds;
    private readonly Int64Vector _parents = (Int64Vector)batch[SpanColumn.ParentSpanId]!;
    private readonly Int64Vector _kinds = (Int64Vector)batch[SpanColumn.Kind]!;

    public ReadOnlySpan<long> Starts => _starts.Values;

    public ReadOnlySpan<long> Durations => _durations.Values;

    public ReadOnlySpan<long> SpanIds => _spanIds.Values;

    public ReadOnlySpan<long> Parents => _parents.Values;

    public ReadOnlySpan<long> Kinds => _kinds.Values;

    public static SpanKeys[] Of(IReadOnlyList<BatchRows> input)
    {
        var keys = new SpanKeys[input.Count];
        for (var b = 0; b < keys.Length; b++) keys[b] = new SpanKeys(input[b].Batch);
        return keys;
    }
}
