namespace Rubato.TraceQL.Syntax;

/// <summary>Operators between spansets (spec/traceql.md 11).</summary>
public enum SpansetOperator : byte
{
    And,
    Or,
    Child,
    Descendant,
    Parent,
    Ancestor,
    Sibling,
    NotChild,
    NotDescendant,
    NotParent,
    NotAncestor,
    NotSibling,
    UnionChild,
    UnionDescendant,
    UnionParent,
    UnionAncestor,
    UnionSibling,
}
