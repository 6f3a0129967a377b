using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>How the rows of one table of the batches (spans, events or links) map to the rows of one row group.</summary>
internal class TableRows(int[][] rank, int first, int count)
{
    /// <summary>Rows in the row group.</summary>
    public int Count => count;

    /// <summary>True when the pieces give every row a value.</summary>
    public virtual bool AreFilledBy(ColumnPieces pieces)
    {
        if (pieces.Pieces.Count != rank.Length) return false;
        for (var i = 0; i < rank.Length; i++)
        {
            if (pieces.Pieces[i].Batch != i || !pieces.Pieces[i].Values.IsDense) return false;
        }

        return true;
    }

    public virtual void Drop<T, TSource>(ColumnPiece piece, TSource source, Gather<T> into)
        where T : unmanaged
        where TSource : struct, IValueSource<T>
    {
        var ranks = rank[piece.Batch];
        var vector = piece.Values;
        if (into.IsFull)
        {
            // A write to one place a value instead of two: no bitmap.
            var slots = into.Slots;
            for (var i = 0; i < ranks.Length; i++)
            {
                var at = ranks[i] - first;
                if ((uint)at < (uint)slots.Length) slots[at] = source.Get(i);
            }

            return;
        }

        if (vector.IsDense)
        {
            for (var i = 0; i < vector.Count; i++)
            {
                var at = ranks[i] - first;
                if ((uint)at < (uint)count) into.Set(at, source.Get(i));
            }

            return;
        }

        var rows = vector.Rows;
        for (var i = 0; i < rows.Length; i++)
        {
            var at = ranks[rows[i]] - first;
            if ((uint)at < (uint)count) into.Set(at, source.Get(i));
        }
    }
}

/// <summary>The same for resources and scopes: few rows, each spread over the spans that point to it.</summary>
internal sealed class SpreadRows : TableRows
{
    private readonly int[] _slotOf;
    private readonly int[] _firstSlot;
    private readonly bool[] _used;

    public SpreadRows(IReadOnlyList<BatchRows> input, SpanOrder spans, int first, int count, AttributeOwner owner)
        : base([], 0, count)
    {
        _firstSlot = new int[input.Count + 1];
        for (var b = 0; b < input.Count; b++)
            _firstSlot[b + 1] = _firstSlot[b] + (owner == AttributeOwner.Resource ? input[b].Batch.ResourceCount : input[b].Batch.ScopeCount);
        _used = new bool[_firstSlot[^1]];
        _slotOf = new int[count];
        // Batch by batch, so that only the writes jump about.
        for (var b = 0; b < input.Count; b++)
        {
            var ranks = spans.Rank[b];
            var rows = owner == AttributeOwner.Resource ? input[b].Batch.ResourceRows : input[b].Batch.ScopeRows;
            for (var row = 0; row < ranks.Length; row++)
            {
                var at = ranks[row] - first;
                if ((uint)at >= (uint)count) continue;
                var slot = _firstSlot[b] + rows[row];
                _slotOf[at] = slot;
                _used[slot] = true;
            }
        }
    }

    /// <summary>Slots are the rows of all batches' tables, one batch after the other.</summary>
    public int SlotCount => _used.Length;

    public int SlotOf(int row) => _slotOf[row];

    public override void Drop<T, TSource>(ColumnPiece piece, TSource source, Gather<T> into)
    {
        var vector = piece.Values;
        var firstSlot = _firstSlot[piece.Batch];
        for (var i = 0; i < vector.Count; i++)
        {
            var slot = firstSlot + (vector.IsDense ? i : vector.Rows[i]);
            if (_used[slot]) into.Set(slot, source.Get(i));
        }
    }

    /// <summary>Known only when the slots are filled.</summary>
    public override bool AreFilledBy(ColumnPieces pieces) => false;

    /// <summary>Fills the rows from the slots.</summary>
    public void Spread<T>(Gather<T> slots, Gather<T> into)
        where T : unmanaged
    {
        var isFull = true;
        for (var slot = 0; slot < _used.Length && isFull; slot++) isFull = !_used[slot] || slots.Has(slot);
        into.Begin(_slotOf.Length, isFull);
        if (isFull)
        {
            var from = slots.Slots;
            var to = into.Slots;
            for (var i = 0; i < to.Length; i++) to[i] = from[_slotOf[i]];
            return;
        }

        for (var i = 0; i < _slotOf.Length; i++)
        {
            var slot = _slotOf[i];
            if (slots.Has(slot)) into.Set(i, slots[slot]);
        }
    }
}
