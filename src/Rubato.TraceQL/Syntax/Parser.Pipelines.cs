namespace Rubato.TraceQL.Syntax;

internal sealed partial class Parser
{
    private static readonly Dictionary<string, SpansetOperator> SpansetOperators =
        Enum.GetValues<SpansetOperator>().ToDictionary(op => op.Text(), op => op);

    /// <summary>
    /// What an operand turned out to be. <c>( … )</c> may hold a filter, a pipeline or a number, and which one it is
    /// is known only at its end; the form decides what it may be combined with.
    /// </summary>
    private enum Form
    {
        /// <summary>A filter or a combination of filters, not in parentheses.</summary>
        Spanset,

        /// <summary>The same in parentheses: counts as a filter and as a wrapped pipeline.</summary>
        WrappedSpanset,

        /// <summary>A wrapped pipeline or a combination of such: nothing may follow it with <c>|</c>.</summary>
        Wrapped,
        Scalar,
        ScalarFilter,

        /// <summary>by, coalesce or select: no operand at all.</summary>
        Other,
    }

    private readonly record struct Part(SyntaxNode Node, Form Form)
    {
        public int Depth => Node switch { SpansetExpression spanset => spanset.Depth, ScalarExpression scalar => scalar.Depth, _ => 1 };
    }

    private SpansetPipeline ParsePipeline(out MetricsPipeline? metrics)
    {
        var start = _token.Span.Start;
        metrics = null;
        var stages = ParseStages(nested: false, out var aggregate, ref metrics);
        return aggregate is null
            ? new SpansetPipeline(stages) { Span = Since(start) }
            : throw Error(aggregate.Span, $"syntax error: {aggregate} must be compared with a number, as in {aggregate} > 2");
    }

    /// <summary>Stages up to the end or the closing parenthesis; a last scalar that is not compared comes out on its own.</summary>
    private SyntaxList<PipelineStage> ParseStages(bool nested, out ScalarExpression? last, ref MetricsPipeline? metrics)
    {
        var stages = new List<PipelineStage>();
        last = null;
        while (true)
        {
            var part = ParseStage(isFirst: stages.Count == 0);
            if (part.Form == Form.Scalar)
            {
                last = (ScalarExpression)part.Node;
                break;
            }

            stages.Add((PipelineStage)part.Node);
            if (part.Form == Form.Wrapped && stages.Count > 1)
                throw Error(part.Node.Span, "syntax error: a pipeline in parentheses can only stand at the beginning");
            if (!_token.IsSymbol("|"))
                break;
            if (part.Form == Form.Wrapped)
                throw Error(_token.Span, "syntax error: unexpected |; nothing may follow pipelines in parentheses");
            Take();
            if (_token.Kind == TokenKind.Word && IsMetricsFunction(_token.Text))
            {
                if (nested)
                    throw Error(_token.Span, $"syntax error: unexpected {_token.Text}; a metrics function may only end the whole query");
                metrics = ParseMetrics();
                break;
            }
        }

        return [.. stages];
    }

    private Part ParseStage(bool isFirst)
    {
        var start = _token.Span.Start;
        if (_token.Kind == TokenKind.Word)
            switch (_token.Text)
            {
                case "by":
                    Take();
                    Expect("(");
                    var expression = ParseFieldExpression();
                    NeedsOperator(expression);
                    Expect(")", "an operator or )");
                    return new Part(new GroupByStage(expression) { Span = Since(start) }, Form.Other);
                case "select":
                    Take();
                    Expect("(");
                    var fields = ParseFields();
                    Expect(")", ", or )");
                    return new Part(new SelectStage(fields) { Span = Since(start) }, Form.Other);
                case "coalesce" when isFirst:
                    throw Error(_token.Span, "syntax error: unexpected coalesce; there is nothing to merge at the beginning");
                case "coalesce":
                    Take();
                    Expect("(");
                    Expect(")");
                    return new Part(new CoalesceStage { Span = Since(start) }, Form.Other);
            }

        return ParseCombination(Operators.LogicLevel);
    }

    private Part ParseCombination(int least)
    {
        var left = ParsePart();
        while (_token.Kind == TokenKind.Symbol && LevelOf(_token.Text, left.Form) is var level && level >= least)
        {
            var op = Take();
            Part right;
            if (op.Text == "^")
            {
                Enter();
                right = ParseCombination(level);
                Leave();
            }
            else
            {
                right = ParseCombination(level + 1);
            }

            left = Combine(op, left, right);
        }

        return left;
    }

    /// <summary><c>&lt;</c>, <c>&gt;</c> and some others mean one thing between filters and another between numbers.</summary>
    private static int LevelOf(string symbol, Form left) => left switch
    {
        Form.Scalar => BinaryOperators.TryGetValue(symbol, out var binary) && (binary.IsArithmetic() || binary.IsComparison()) ? binary.Level() : -1,
        Form.Spanset or Form.WrappedSpanset or Form.Wrapped => SpansetOperators.TryGetValue(symbol, out var spanset) ? spanset.Level() : -1,
        _ => -1,
    };

    private Part Combine(Token op, Part left, Part right)
    {
        var span = left.Node.Span.To(right.Node.Span);
        if (left is { Form: Form.Scalar, Node: ScalarExpression scalarLeft })
        {
            if (right is not { Form: Form.Scalar, Node: ScalarExpression scalarRight })
                throw Error(right.Node.Span, $"syntax error: {op.Text} stands between a number and something that is none");
            var binary = BinaryOperators[op.Text];
            if (!binary.IsArithmetic())
                return new Part(new ScalarFilterStage(binary, scalarLeft, scalarRight) { Span = span }, Form.ScalarFilter);
            var arithmetic = new ScalarArithmetic(binary, scalarLeft, scalarRight) { Span = span };
            return new Part(Bounded(arithmetic, arithmetic.Depth), Form.Scalar);
        }

        if (right.Form is not (Form.Spanset or Form.WrappedSpanset or Form.Wrapped))
            throw Error(right.Node.Span, $"syntax error: {op.Text} stands between a spanset and something that is none; scalar filters are joined by |, not by {op.Text}");
        if ((left.Form == Form.Wrapped && right.Form == Form.Spanset) || (left.Form == Form.Spanset && right.Form == Form.Wrapped))
            throw Error((left.Form == Form.Spanset ? left : right).Node.Span, $"syntax error: beside a pipeline in parentheses this must be in parentheses, too: (...) {op.Text} (...)");
        var form = left.Form == Form.Wrapped || right.Form == Form.Wrapped ? Form.Wrapped
            : left.Form == Form.Spanset || right.Form == Form.Spanset ? Form.Spanset
            : Form.WrappedSpanset;
        var operation = new SpansetOperation(SpansetOperators[op.Text], (SpansetExpression)left.Node, (SpansetExpression)right.Node) { Span = span };
        return new Part(Bounded(operation, operation.Depth), form);
    }

    private Part ParsePart()
    {
        var start = _token.Span.Start;
        if (_token.IsSymbol("{"))
            return new Part(ParseFilter(), Form.Spanset);
        if (_token.IsSymbol("("))
            return ParseParentheses();
        if (_token.Kind == TokenKind.Literal || _token.IsSymbol("-"))
            return new Part(new ScalarLiteral(ParseNumber(allowDuration: true)) { Span = Since(start) }, Form.Scalar);
        if (_token.Kind == TokenKind.Word && Keywords.TryAggregate(_token.Text, out var function))
            return new Part(ParseAggregate(function), Form.Scalar);
        if (_token.Kind is TokenKind.Attribute || (_token.Kind == TokenKind.Word && Intrinsics.TryParse(_token.Text, out _)))
            throw Error(_token.Span, $"syntax error: unexpected {TokenText()}; conditions on spans stand in braces: {{ {TokenText()} ... }}");
        throw Unexpected("{, (, by, select or an aggregate such as count()");
    }

    private SpansetFilter ParseFilter()
    {
        var start = _token.Span.Start;
        Expect("{");
        if (TryTake("}"))
            return new SpansetFilter(new LiteralExpression(StaticValue.True)) { Span = Since(start) };
        _isInBraces = true;
        var condition = ParseFieldExpression();
        Expect("}", "an operator or }");
        _isInBraces = false;
        NeedsOperator(condition);
        return new SpansetFilter(condition) { Span = Since(start) };
    }

    private Part ParseParentheses()
    {
        var start = _token.Span.Start;
        Take();
        Enter();
        MetricsPipeline? none = null;
        var innerStart = _token.Span.Start;
        var stages = ParseStages(nested: true, out var last, ref none);
        var pipeline = new SpansetPipeline(stages) { Span = Since(innerStart) };
        Leave();
        Expect(")", "|, an operator or )");
        var span = Since(start);
        if (last is not null)
            return stages.Count == 0 ? new Part(last with { Span = span }, Form.Scalar)
                : last is AggregateExpression aggregate ? new Part(new ScalarPipeline(pipeline, aggregate) { Span = span }, Form.Scalar)
                : throw Error(last.Span, "syntax error: a pipeline in parentheses ends with one aggregate, such as count(), without arithmetic");
        if (stages is [SpansetExpression single])
            return HoldsPipeline(single) ? new Part(single with { Span = span }, Form.Wrapped) : new Part(single with { Span = span }, Form.WrappedSpanset);
        var wrapped = new WrappedPipeline(pipeline) { Span = span };
        return new Part(Bounded(wrapped, wrapped.Depth), Form.Wrapped);
    }

    private static bool HoldsPipeline(SpansetExpression spanset) =>
        spanset is WrappedPipeline || (spanset is SpansetOperation operation && (HoldsPipeline(operation.Left) || HoldsPipeline(operation.Right)));

    private AggregateExpression ParseAggregate(AggregateFunction function)
    {
        var start = _token.Span.Start;
        Take();
        Expect("(");
        FieldExpression? argument = null;
        if (function != AggregateFunction.Count)
        {
            argument = ParseFieldExpression();
            NeedsOperator(argument);
        }

        Expect(")", function == AggregateFunction.Count ? ")" : "an operator or )");
        return new AggregateExpression(function, argument) { Span = Since(start) };
    }

    private StaticValue ParseNumber(bool allowDuration)
    {
        var negative = TryTake("-");
        var value = _token.Value;
        if (_token.Kind != TokenKind.Literal || !(value.IsNumeric && (allowDuration || value.Type != StaticType.Duration)))
            throw Unexpected(allowDuration ? "a number or a duration" : "a number");
        Take();
        return !negative ? value : value.Type switch
        {
            StaticType.Float => StaticValue.FromFloat(-value.Float),
            StaticType.Int => StaticValue.FromInt(-value.Int),
            _ => StaticValue.FromDuration(-value.Int),
        };
    }
}
