namespace Rubato.Model.Columns;

/// <summary>Events or links of a batch: one row each, with the row of the span that they belong to.</summary>
internal sealed class ChildTableBuilder(AttributeOwner owner, BatchLimits limits, BatchCounters counters, TableShape expected)
{
    public int[] Parents = new int[64];

    public readonly AttributeTableBuilder Attributes = new(owner, limits, counters, expected);

    public int Count { get; private set; }

    public int Add(int spanRow)
    {
        if (Count == Parents.Length) Growth.Resize(ref Parents, Growth.Next(Count, Count + 1, Growth.Expect(expected.Rows)));
        Parents[Count] = spanRow;
        return Count++;
    }
}
