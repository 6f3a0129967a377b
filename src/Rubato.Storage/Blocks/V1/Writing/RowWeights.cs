using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Bytes of long values (over 2 KB) of each span row. Shorter ones need no count: 512k rows of 2 KB in one column are 1 GB,
/// which a column chunk can hold. Resource values count for each span that repeats them.
/// </summary>
internal static class RowWeights
{
    private const int LongValueBytes = 2048;

    /// <summary>Null when the batch has no long value, which is nearly always.</summary>
    public static long[]? Of(SpanBatch batch)
    {
        long[]? weights = null;
        foreach (var column in batch.Attributes)
        {
            if (column.Values is StringVector values) Add(batch, values, column.Owner, ref weights);
        }

        for (var owner = AttributeOwner.Resource; owner <= AttributeOwner.Link; owner++)
        {
            if (batch.Overflow(owner) is { } overflow) Add(batch, overflow, owner, ref weights);
        }

        foreach (var known in Schema.FixedColumn.OfSpans.Concat(Schema.FixedColumn.OfEvents).Concat(Schema.FixedColumn.OfLinks))
        {
            if (batch[known.Column] is StringVector values) Add(batch, values, known.Table, ref weights);
        }

        return weights;
    }

    private static void Add(SpanBatch batch, StringVector values, AttributeOwner table, ref long[]? weights)
    {
        var offsets = values.Dictionary.Offsets;
        var longest = 0;
        for (var i = 1; i < offsets.Length; i++) longest = Math.Max(longest, offsets[i] - offsets[i - 1]);
        if (longest <= LongValueBytes) return;

        weights ??= new long[batch.SpanCount];
        var spread = table switch
        {
            AttributeOwner.Resource => (StringVector)ColumnSlicer.Spread(values, batch.ResourceRows),
            AttributeOwner.Scope => (StringVector)ColumnSlicer.Spread(values, batch.ScopeRows),
            _ => values,
        };
        for (var i = 0; i < spread.Count; i++)
        {
            var row = spread.IsDense ? i : spread.Rows[i];
            if (table == AttributeOwner.Event) row = batch.EventParents[row];
            else if (table == AttributeOwner.Link) row = batch.LinkParents[row];
            weights[row] += spread[i].Length;
        }
    }
}
