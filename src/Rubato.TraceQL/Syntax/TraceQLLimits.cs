namespace Rubato.TraceQL.Syntax;

/// <summary>What a query may cost before it runs. Each bound turns into a parse error that names it.</summary>
public static class TraceQLLimits
{
    /// <summary>128 Ki UTF-16 units: far above what people and dashboards write, and a parse of that size stays near 10 ms.</summary>
    public const int MaxQueryLength = 128 * 1024;

    /// <summary>Parentheses and prefix operators inside each other. The parser needs about 1 KB of stack for each.</summary>
    public const int MaxNesting = 250;

    /// <summary>
    /// Height of the tree, which a chain such as <c>a || b || c</c> raises by one per operator. Everything that walks trees is
    /// recursive: 2,000 frames of 300 bytes fit a thread's stack of 1.5 MB twice over.
    /// </summary>
    public const int MaxDepth = 2_000;
}
