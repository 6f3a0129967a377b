using System.Collections;
using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>One batch's share of a block column: its values over the rows of the batch's own table.</summary>
internal readonly record struct ColumnPiece(int Batch, ColumnVector Values);

/// <summary>A block column as it lies in the batches: nothing is copied before the column is written.</summary>
/// <param name="table">Rows of which table the pieces have.</param>
/// <param name="areSlices">The pieces are parts of stored columns: their dictionaries have entries of rows that are not here.</param>
internal sealed class ColumnPieces(AttributeOwner table, bool areSlices = false)
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
                distinct += areSlices ? Used((StringVector)vector) : Math.Min(vector.Count, ((StringVector)vector).Dictionary.Count);
            }

            // Columns of small tables have few values that many spans share.
            return table is not (AttributeOwner.Resource or AttributeOwner.Scope) && values >= 1024 && distinct * 10 > values * 8;
        }
    }

    private static int Used(StringVector vector)
    {
        // Few entries for the values, used or not: the answer is no either way.
        if (vector.Dictionary.Count * 10L <= vector.Count * 8L) return vector.Dictionary.Count;
        var used = new BitArray(vector.Dictionary.Count);
        var count = 0;
        foreach (var code in vector.Codes)
        {
            if (used[code]) continue;
            used[code] = true;
            count++;
        }

        return count;
    }
}
