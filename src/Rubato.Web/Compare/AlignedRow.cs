namespace Rubato.Web.Compare;

/// <summary>A span of each of two traces that stand for the same work, or one that the other trace has nothing for.</summary>
/// <param name="A">Index in the first trace; -1 where only the second has it.</param>
/// <param name="B">Index in the second trace; -1 where only the first has it.</param>
/// <param name="Depth">0 for roots.</param>
public readonly record struct AlignedRow(int A, int B, int Depth)
{
    public bool IsInBoth => A >= 0 && B >= 0;
}
