using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.Storage.Blocks;

/// <summary>Rows of one sealed batch that go into a block; the others (traces still receiving) are carried to the next one.</summary>
/// <param name="Batch">A sealed batch, of the block's tenant.</param>
/// <param name="Rows">Ascending span rows of the batch.</param>
public readonly record struct BatchRows(SpanBatch Batch, RowSet Rows)
{
    public static BatchRows All(SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return new BatchRows(batch, RowSet.Range(0, batch.SpanCount));
    }
}
