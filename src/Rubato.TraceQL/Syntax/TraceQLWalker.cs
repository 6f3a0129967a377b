namespace Rubato.TraceQL.Syntax;

/// <summary>Walks over the tree of a query.</summary>
public static class TraceQLWalker
{
    /// <summary>The node and everything below it, in the order of the text.</summary>
    public static IEnumerable<SyntaxNode> DescendantsAndSelf(SyntaxNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        // A stack of its own: chains of operators are thousands deep.
        var open = new Stack<SyntaxNode>([node]);
        while (open.TryPop(out var next))
        {
            yield return next;
            var children = Children(next).ToArray();
            for (var i = children.Length - 1; i >= 0; i--) open.Push(children[i]);
        }
    }

    /// <summary>The nodes right below, in the order of the text.</summary>
    public static IEnumerable<SyntaxNode> Children(SyntaxNode node) => node switch
    {
        TraceQLQuery query => [query.Pipeline, .. query.Metrics is null ? [] : (SyntaxNode[])[query.Metrics], .. query.Hints],
        SpansetPipeline pipeline => pipeline.Stages,
        SpansetFilter filter => [filter.Condition],
        SpansetOperation operation => [operation.Left, operation.Right],
        WrappedPipeline wrapped => [wrapped.Pipeline],
        GroupByStage by => [by.Expression],
        SelectStage select => select.Fields,
        ScalarFilterStage scalar => [scalar.Left, scalar.Right],
        ScalarArithmetic arithmetic => [arithmetic.Left, arithmetic.Right],
        ScalarPipeline scalar => [scalar.Pipeline, scalar.Aggregate],
        AggregateExpression { Argument: { } argument } => [argument],
        UnaryExpression unary => [unary.Operand],
        BinaryExpression binary => [binary.Left, binary.Right],
        PresenceExpression presence => [presence.Operand],
        RegexExpression regex => [regex.Operand],
        MetricsPipeline metrics => [metrics.First, .. metrics.Second],
        MetricsAggregateStage stage => [.. stage.Argument is null ? [] : (SyntaxNode[])[stage.Argument], .. stage.By],
        MetricsCompareStage compare => [compare.Selection],
        _ => [],
    };
}
