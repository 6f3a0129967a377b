using System.Runtime.InteropServices;
using Rubato.Model.Columns;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Blocks.V1.Writing;

namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>
/// The columns of a merged block: those of all inputs; where an owner has more than the limit, the most frequent ones. Known from the footers alone.
/// </summary>
internal sealed class MergeSchema
{
    private readonly List<AttributeKey>[] _chosen = new List<AttributeKey>[(int)AttributeOwner.Link + 1];
    private readonly bool[] _isMixed = new bool[(int)AttributeOwner.Link + 1];

    private MergeSchema(IReadOnlyList<BlockInput> inputs, int maxColumns)
    {
        var counts = new Dictionary<AttributeKey, long>();
        foreach (var input in inputs)
        {
            foreach (var (key, values) in input.CountAttributes()) CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += values;
        }

        for (var owner = AttributeOwner.Resource; owner <= AttributeOwner.Link; owner++)
        {
            var own = counts.Where(c => c.Key.Owner == owner).ToList();
            var hasOverflow = inputs.Any(i => i.HasOverflow(owner));
            _isMixed[(int)owner] = hasOverflow || own.Count > maxColumns;
            _chosen[(int)owner] = [.. AttributePlan.Chosen(own, maxColumns)];
        }

        Columns = BlockSchema.Create([.. _chosen.SelectMany(c => c).Order()], IsMixed);
    }

    public BlockSchema Columns { get; }

    public static MergeSchema Of(IReadOnlyList<BlockInput> inputs, int maxColumns) => new(inputs, maxColumns);

    public IReadOnlyList<AttributeKey> Chosen(AttributeOwner owner) => _chosen[(int)owner];

    /// <summary>
    /// Some values of the owner stand in overflow lists, or columns become such: what stands where has to be looked at row by row. The rule, that a key
    /// is in one place unless a row has it twice, holds for the output again.
    /// </summary>
    public bool IsMixed(AttributeOwner owner) => _isMixed[(int)owner];
}
