using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>One batch's share of a block column: its values over the rows of the batch's own table.</summary>
internal readonly record struct ColumnPiece(int Batch, ColumnVector Values);

/// <summary>A block column as it lies in the batches: nothing is copied before the column is written.</summary>
internal sealed class ColumnPieces(AttributeOwner table)
{
    private readonly List<ColumnPiece> _pieces = [];

    /// <summary>Rows of which table the pieces have.</summary>
    public AttributeOwner Table => table;

    public IReadOnlyList<ColumnPiece> Pieces => _pieces;

    public void Add(int batch, ColumnVector? values)
    {
        if (values is { Count: > 0 }) _pieces.Add(new ColumnPiece(batch, values));
    }

    /// <summary>
    /// Nearly every value is different (urls, ids): then looking for equal ones costs a hash and a copy for each value and
    /// finds nothing. Told from the batches' dictionaries, which saw all values.
    /// </summary>
    public bool IsHighCardinality
    {
        get
        {
            long values = 0, distinct = 0;
            foreach (var (_, vector) in _pieces)
            {
                values += vector.Count;
                distinct += Math.Min(vector.Count, ((StringVector)vector).Dictionary.Count);
            }

            // Columns of small tables have few values that many spans share.
            return table is not (AttributeOwner.Resource or AttributeOwner.Scope) && values >= 1024 && distinct * 10 > values * 8;
        }
    }
}
