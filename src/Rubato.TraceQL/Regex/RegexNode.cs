namespace Rubato.TraceQL.Regex;

/// <summary>A parsed pattern. Groups and laziness leave no trace: whether a whole text matches depends on neither.</summary>
internal abstract record RegexNode
{
    public sealed record Empty : RegexNode;

    /// <summary>One character out of a set.</summary>
    public sealed record Chars(CodePointSet Set) : RegexNode;

    public sealed record Concat(IReadOnlyList<RegexNode> Parts) : RegexNode;

    public sealed record Alternate(IReadOnlyList<RegexNode> Choices) : RegexNode;

    /// <param name="Max">-1 is without limit.</param>
    public sealed record Repeat(RegexNode Body, int Min, int Max) : RegexNode;

    public sealed record Assert(RegexAssertion Kind) : RegexNode;
}

internal enum RegexAssertion : byte
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NotWordBoundary,
}
