using System.Globalization;
using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Planning;

/// <summary>
/// A <c>{ … }</c> filter compiled for columns. Evaluated on a segment it selects every span that matches; where
/// <see cref="SegmentScan.IsSuperset"/> is set afterwards, perhaps more (values of whole traces that one segment cannot tell).
/// </summary>
internal sealed class FilterPlan
{
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    private readonly FilterNode _root;

    private FilterPlan(FilterNode root) => _root = root;

    /// <summary>True when the filter is constant: <c>{ }</c>, <c>{ false }</c>.</summary>
    public bool? Constant => (_root as ConstantNode)?.Value;

    /// <summary>See <see cref="FilterNode.NeedsWholeTrace"/>.</summary>
    public bool NeedsWholeTrace => _root.NeedsWholeTrace;

    /// <param name="condition">A condition as the compiler leaves it.</param>
    public static FilterPlan Compile(FieldExpression condition) => new(Compile(condition, negated: false));

    public static FilterPlan Of(FilterNode node) => new(node);

    /// <param name="scan">The segment.</param>
    /// <param name="within">Only these rows matter, the result may hold others; null for all.</param>
    public async ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within = null) =>
        await _root.IsImpossibleAsync(scan).ConfigureAwait(false)
            ? new Selection(scan.SpanCount)
            : await _root.EvaluateAsync(scan, within).ConfigureAwait(false);

    private static FilterNode Compile(FieldExpression condition, bool negated)
    {
        switch (condition)
        {
            case LiteralExpression literal:
                return new ConstantNode((literal.Value.Type == StaticType.Bool && literal.Value.Bool) != negated);
            case Field field:
                return Negate(Leaf(field, new BareBoolTest(true)), negated);
            case UnaryExpression { Operator: UnaryOperator.Not, Operand: Field field }:
                return Negate(Leaf(field, new BareBoolTest(false)), negated);
            case UnaryExpression { Operator: UnaryOperator.Not } not:
                // What is no condition does not fit the operator: false.
                return PlainCondition.IsCondition(not.Operand) ? Compile(not.Operand, !negated) : new ConstantNode(negated);
            case BinaryExpression { Operator: BinaryOperator.And or BinaryOperator.Or } logic:
                var parts = new List<FilterNode>();
                Flatten(logic, logic.Operator, negated, parts);
                return logic.Operator == BinaryOperator.And != negated ? new AndNode(parts) : new OrNode(parts);
            case BinaryExpression binary when binary.Operator.IsComparison():
                return CompileComparison(binary, negated);
            case PresenceExpression { Operand: Field field } presence:
                return Negate(Leaf(field, PresentTest.Instance), negated == presence.Present);
            case RegexExpression { Operand: Field field } regex when !IsId(field):
                return Negate(Leaf(field, new RegexTest(regex.Regex, regex.Negated)), negated);
            case PresenceExpression or RegexExpression:
                return new RowwiseNode(condition, negated);
            default:
                return new ConstantNode(negated);
        }
    }

    // a && b && c is one conjunction of three, so that they can be ordered by cost; a chain is as deep as it is long.
    private static void Flatten(FieldExpression expression, BinaryOperator op, bool negated, List<FilterNode> parts)
    {
        if (expression is BinaryExpression binary && binary.Operator == op)
        {
            Flatten(binary.Left, op, negated, parts);
            Flatten(binary.Right, op, negated, parts);
            return;
        }

        parts.Add(Compile(expression, negated));
    }

    private static FilterNode CompileComparison(BinaryExpression comparison, bool negated)
    {
        var (op, left, right) = (comparison.Operator, comparison.Left, comparison.Right);
        if (left is LiteralExpression && right is not LiteralExpression) (op, left, right) = (op.Mirror(), right, left);
        if (left is not Field field || right is not LiteralExpression { Value: var literal } || literal.Type == StaticType.Nil)
            return new RowwiseNode(comparison, negated);
        if (PlainCondition.IsTraceId(field) && literal.Type == StaticType.String) literal = StaticValue.FromString(PlainFields.TrimId(literal.String));
        if (IdLeaf(field, op, literal) is { } id) return id is LeafNode leaf ? Negate(leaf, (op == BinaryOperator.NotEqual) != negated) : id;
        return IsId(field)
            ? new RowwiseNode(comparison, negated)
            : Negate(Leaf(field, new LiteralTest(op, literal, sameType: field is AttributeField)), negated);
    }

    // Their text is made of a number: there is no column of it.
    private static bool IsId(Field field) => field is IntrinsicField { Intrinsic: Intrinsic.SpanId or Intrinsic.SpanParentId or Intrinsic.TraceId };

    // Equality with an id; null for other operators and fields.
    private static FilterNode? IdLeaf(Field field, BinaryOperator op, StaticValue literal)
    {
        if (field is not IntrinsicField { Intrinsic: var intrinsic } || literal.Type != StaticType.String) return null;
        if (op is not (BinaryOperator.Equal or BinaryOperator.NotEqual)) return null;
        var text = literal.String;
        // Ids are shown in lower case: other text equals none of them.
        var isHex = text.AsSpan().IndexOfAnyExcept(HexDigits) < 0;
        switch (intrinsic)
        {
            case Intrinsic.SpanId or Intrinsic.SpanParentId:
                if (!isHex || text.Length != SpanId.Size * 2) return null;
                var id = new SpanId(ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                return new SpanIdLeaf(intrinsic == Intrinsic.SpanId ? SpanColumn.SpanId : SpanColumn.ParentSpanId, id);
            case Intrinsic.TraceId:
                return isHex && TraceId.TryParse(text, out var traceId) ? new TraceIdLeaf(traceId) : null;
            default:
                return null;
        }
    }

    private static FilterNode Negate(FilterNode node, bool negated) => !negated ? node : node switch
    {
        LeafNode leaf => new NotNode(leaf),
        ConstantNode constant => new ConstantNode(!constant.Value),
        UnknownNode unknown => unknown,
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no leaf"),
    };

    /// <summary>A condition on one field.</summary>
    public static FilterNode Leaf(Field field, ValueTest test)
    {
        if (field is AttributeField attribute)
        {
            return attribute.Scope switch
            {
                AttributeScope.Event => new ChildLeaf(AttributeOwner.Event, attribute.Name, default, test),
                AttributeScope.Link => new ChildLeaf(AttributeOwner.Link, attribute.Name, default, test),
                _ => new AttributeLeaf(attribute.Scope, attribute.Name, test),
            };
        }

        var intrinsic = ((IntrinsicField)field).Intrinsic;
        switch (intrinsic)
        {
            case Intrinsic.EventName:
                return new ChildLeaf(AttributeOwner.Event, null, SpanColumn.EventName, test);
            case Intrinsic.EventTimeSinceStart:
                return new ChildLeaf(AttributeOwner.Event, null, SpanColumn.EventTimeUnixNano, test);
            case Intrinsic.LinkTraceId:
                return new ChildLeaf(AttributeOwner.Link, null, SpanColumn.LinkTraceId, new HexTest(test, trimZeros: true));
            case Intrinsic.LinkSpanId:
                return new ChildLeaf(AttributeOwner.Link, null, SpanColumn.LinkSpanId, new HexTest(test, trimZeros: false));
        }

        // The others exist on every span.
        if (test is PresentTest) return new ConstantNode(true);
        return ColumnOf(intrinsic) is { } column ? new IntrinsicLeaf(column, test) : new UnknownNode();
    }

    private static SpanColumn? ColumnOf(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Duration => SpanColumn.DurationNano,
        Intrinsic.Name => SpanColumn.Name,
        Intrinsic.Status => SpanColumn.StatusCode,
        Intrinsic.StatusMessage => SpanColumn.StatusMessage,
        Intrinsic.Kind => SpanColumn.Kind,
        Intrinsic.InstrumentationName => SpanColumn.ScopeName,
        Intrinsic.InstrumentationVersion => SpanColumn.ScopeVersion,
        Intrinsic.TraceDuration => SpanColumn.TraceDurationNano,
        Intrinsic.TraceRootName => SpanColumn.RootName,
        Intrinsic.TraceRootService => SpanColumn.RootServiceName,
        Intrinsic.NestedSetLeft => SpanColumn.NestedSetLeft,
        Intrinsic.NestedSetRight => SpanColumn.NestedSetRight,
        Intrinsic.NestedSetParent => SpanColumn.NestedSetParent,
        _ => null,
    };
}
