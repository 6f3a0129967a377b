namespace Rubato.TraceQL.Syntax;

/// <summary>
/// A whole query. <see cref="TraceQLParser"/> gives it as written; <see cref="Semantics.TraceQLCompiler"/> gives it
/// validated and normalised, which is what an engine should be handed.
/// </summary>
public sealed record TraceQLQuery(SpansetPipeline Pipeline, MetricsPipeline? Metrics, SyntaxList<Hint> Hints) : SyntaxNode
{
    /// <summary>The value of the hint, or null when it is not given or of another type.</summary>
    public StaticValue? FindHint(string name, StaticType type)
    {
        foreach (var hint in Hints)
            if (hint.Name == name && hint.Value.Type == type)
                return hint.Value;
        return null;
    }
}
