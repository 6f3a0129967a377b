namespace Rubato.TraceQL.Syntax;

internal sealed partial class Parser
{
    private static readonly Dictionary<string, BinaryOperator> BinaryOperators =
        Enum.GetValues<BinaryOperator>().ToDictionary(op => op.Text(), op => op);

    private FieldExpression ParseFieldExpression() => ParseBinary(Operators.LogicLevel);

    private FieldExpression ParseBinary(int least)
    {
        var left = ParseOperand();
        while (_token.Kind == TokenKind.Symbol && BinaryOperators.TryGetValue(_token.Text, out var op) && op.Level() >= least)
        {
            var level = op.Level();
            Take();
            FieldExpression right;
            if (op == BinaryOperator.Power)
            {
                Enter(); // right-associative: a chain of ^ is a recursion, where the others are a loop
                right = ParseBinary(level);
                Leave();
            }
            else
            {
                right = ParseBinary(level + 1);
            }

            CheckNil(op, left);
            CheckNil(op, right);
            var node = new BinaryExpression(op, left, right) { Span = left.Span.To(right.Span) };
            left = Bounded(node, node.Depth);
        }

        return left;
    }

    private void CheckNil(BinaryOperator op, FieldExpression operand)
    {
        if (operand is LiteralExpression { Value.Type: StaticType.Nil } && op is not (BinaryOperator.Equal or BinaryOperator.NotEqual))
            throw Error(operand.Span, $"syntax error: unexpected nil beside {op.Text()}; nil goes with = and != only");
    }

    private FieldExpression ParseOperand()
    {
        var start = _token.Span.Start;
        if (_token.IsSymbol("("))
        {
            Take();
            Enter();
            var inner = ParseFieldExpression();
            Leave();
            Expect(")", "an operator or )");
            NeedsOperator(inner);
            return inner with { Span = Since(start) };
        }

        if (_token.IsSymbol("-") || _token.IsSymbol("!"))
        {
            var op = Take().Text == "!" ? UnaryOperator.Not : UnaryOperator.Negate;
            Enter();
            var operand = ParseBinary(op.Level() + 1);
            Leave();
            NeedsOperator(operand);
            var node = new UnaryExpression(op, operand) { Span = Since(start) };
            return Bounded(node, node.Depth);
        }

        if (_token.Kind == TokenKind.Literal)
            return new LiteralExpression(Take().Value) { Span = Since(start) };
        if (_token.Kind == TokenKind.Word && Keywords.TryLiteral(_token.Text, out var value))
        {
            Take();
            return new LiteralExpression(value) { Span = Since(start) };
        }

        if (_token.IsWord("nil"))
        {
            Take();
            return new LiteralExpression(StaticValue.Nil) { Span = Since(start) };
        }

        return TryParseField() ?? throw Unexpected("an attribute, an intrinsic or a value");
    }

    /// <summary>The grammar has <c>nil</c> only right beside <c>=</c> and <c>!=</c>: not alone and not in parentheses.</summary>
    private void NeedsOperator(FieldExpression expression)
    {
        if (expression is LiteralExpression { Value.Type: StaticType.Nil })
            throw Error(expression.Span, "syntax error: unexpected nil; nil goes with = and != only, as in span.x != nil");
    }

    private Field ParseField() => TryParseField() ?? throw Unexpected("an attribute or an intrinsic");

    private Field? TryParseField()
    {
        var start = _token.Span.Start;
        if (_token.Kind == TokenKind.Attribute)
        {
            var token = Take();
            return new AttributeField(token.Scope, token.Text) { Span = Since(start) };
        }

        if (_token.Kind == TokenKind.Word && Intrinsics.TryParse(_token.Text, out var intrinsic))
        {
            Take();
            return new IntrinsicField(intrinsic) { Span = Since(start) };
        }

        return null;
    }

    private SyntaxList<Field> ParseFields()
    {
        var fields = new List<Field> { ParseField() };
        while (TryTake(","))
            fields.Add(ParseField());
        return [.. fields];
    }
}
