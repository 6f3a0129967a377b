namespace Rubato.TraceQL.Syntax;

/// <summary>
/// A part of a query. Nodes are immutable and compare by structure; where they stand in the text does not take part,
/// so that a query and its formatted text give equal trees.
/// </summary>
public abstract record SyntaxNode
{
    public SourceSpan Span { get; init; }

    public virtual bool Equals(SyntaxNode? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The formatted text, not the record's members: a node in a log or a test failure should read like TraceQL.</summary>
    public sealed override string ToString() => TraceQLFormatter.Format(this);
}
