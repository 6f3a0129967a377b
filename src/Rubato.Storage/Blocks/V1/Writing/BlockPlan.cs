using Rubato.Model.Columns;
using Rubato.Storage.Blocks.V1.Schema;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>Everything about a block from memory that is decided before its first byte is written: order, columns, row groups.</summary>
internal sealed class BlockPlan
{
    private readonly Dictionary<AttributeKey, ColumnPieces> _attributes = [];
    private readonly ColumnPieces[] _overflows = new ColumnPieces[5];

    private BlockPlan(IReadOnlyList<BatchRows> input, BlockWriterOptions options)
    {
        Input = input;
        Spans = SpanOrder.Create(input);
        Events = ChildOrder.Create(input, Spans, AttributeOwner.Event);
        Links = ChildOrder.Create(input, Spans, AttributeOwner.Link);
        LinkedChildren = Writing.LinkedChildren.Find(input);
        for (var owner = AttributeOwner.Resource; owner <= AttributeOwner.Link; owner++)
        {
            var plan = AttributePlan.Create(owner, input, options.MaxAttributeColumns);
            foreach (var (key, pieces) in plan.Columns) _attributes.Add(key, pieces);
            _overflows[(int)owner] = plan.Overflow;
        }

        Schema = BlockSchema.Create([.. _attributes.Keys.Order()], owner => _overflows[(int)owner].Pieces.Count > 0);
        RowGroups = RowGroupCutter.Cut(input, Spans, options);
    }

    public IReadOnlyList<BatchRows> Input { get; }

    public SpanOrder Spans { get; }

    public ChildOrder Events { get; }

    public ChildOrder Links { get; }

    public HashSet<(int Batch, int Row)> LinkedChildren { get; }

    public BlockSchema Schema { get; }

    /// <summary>First trace of each row group, and the end.</summary>
    public IReadOnlyList<int> RowGroups { get; }

    public static BlockPlan Create(IReadOnlyList<BatchRows> input, BlockWriterOptions options) => new(input, options);

    public RowGroupRows RowGroup(int number) => new(Input, Spans, Events, Links, LinkedChildren, RowGroups[number], RowGroups[number + 1]);

    public ColumnPieces PiecesOf(BlockColumn column)
    {
        if (column.Attribute is { } key) return _attributes[key];
        if (column.OverflowOf is { } owner) return _overflows[(int)owner];
        var pieces = new ColumnPieces(column.Fixed!.Table);
        for (var b = 0; b < Input.Count; b++) pieces.Add(b, Input[b].Batch[column.Fixed.Column]);
        return pieces;
    }
}
