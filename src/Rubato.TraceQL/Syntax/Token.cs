namespace Rubato.TraceQL.Syntax;

internal enum TokenKind : byte
{
    End,

    /// <summary>A keyword, an old-style or scoped intrinsic, or an unknown identifier: the parser decides.</summary>
    Word,
    Attribute,

    /// <summary>Int, float, duration or string.</summary>
    Literal,

    /// <summary>Brackets, comma and operators; told apart by their text.</summary>
    Symbol,
}

/// <param name="Text">The word or the symbol; the name of an attribute.</param>
/// <param name="Value">The value of a literal.</param>
internal readonly record struct Token(TokenKind Kind, SourceSpan Span, string Text, AttributeScope Scope = default, StaticValue Value = default)
{
    public bool IsSymbol(string text) => Kind == TokenKind.Symbol && Text == text;

    public bool IsWord(string text) => Kind == TokenKind.Word && Text == text;
}
