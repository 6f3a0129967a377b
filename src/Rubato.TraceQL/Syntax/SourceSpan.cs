namespace Rubato.TraceQL.Syntax;

/// <summary>A stretch of the query text, in UTF-16 units: what <c>string.Substring</c> takes.</summary>
public readonly record struct SourceSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static SourceSpan FromBounds(int start, int end) => new(start, end - start);

    public SourceSpan To(SourceSpan last) => FromBounds(Start, last.End);
}
