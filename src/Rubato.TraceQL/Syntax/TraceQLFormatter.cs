using System.Globalization;
using System.Text;

namespace Rubato.TraceQL.Syntax;

/// <summary>
/// Prints a tree as TraceQL with the fewest parentheses; parsing the text gives the same tree again. For the fixed shape in
/// which answers name expressions see <see cref="CanonicalText"/>.
/// </summary>
public static class TraceQLFormatter
{
    public static string Format(SyntaxNode node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, SyntaxNode node)
    {
        switch (node)
        {
            case TraceQLQuery query:
                WriteQuery(text, query);
                break;
            case SpansetPipeline pipeline:
                WriteList(text, pipeline.Stages, " | ");
                break;
            case PipelineStage stage:
                WriteStage(text, stage);
                break;
            case ScalarExpression scalar:
                WriteScalar(text, scalar, 0);
                break;
            case FieldExpression expression:
                WriteField(text, expression, 0);
                break;
            case MetricsPipeline metrics:
                Write(text, metrics.First);
                foreach (var second in metrics.Second)
                    Write(text.Append(' '), second);
                break;
            case MetricsFirstStage or MetricsSecondStage:
                WriteMetrics(text, node);
                break;
            case Hint hint:
                text.Append(hint.Name).Append('=').Append(hint.Value.ToString());
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node), node.GetType(), "a node the formatter does not know");
        }
    }

    private static void WriteQuery(StringBuilder text, TraceQLQuery query)
    {
        Write(text, query.Pipeline);
        if (query.Metrics is not null)
            Write(text.Append(" | "), query.Metrics);
        if (query.Hints.Count == 0)
            return;
        WriteList(text.Append(" with ("), query.Hints, ", ");
        text.Append(')');
    }

    private static void WriteList<T>(StringBuilder text, SyntaxList<T> nodes, string separator)
        where T : SyntaxNode
    {
        for (var i = 0; i < nodes.Count; i++)
            Write(i == 0 ? text : text.Append(separator), nodes[i]);
    }

    private static void WriteStage(StringBuilder text, PipelineStage stage)
    {
        switch (stage)
        {
            case SpansetExpression spanset:
                WriteSpanset(text, spanset, 0);
                break;
            case GroupByStage by:
                Write(text.Append("by("), by.Expression);
                text.Append(')');
                break;
            case CoalesceStage:
                text.Append("coalesce()");
                break;
            case SelectStage select:
                WriteList(text.Append("select("), select.Fields, ", ");
                text.Append(')');
                break;
            case ScalarFilterStage filter:
                WriteScalar(text, filter.Left, Operators.ComparisonLevel + 1);
                WriteScalar(text.Append(' ').Append(filter.Operator.Text()).Append(' '), filter.Right, Operators.ComparisonLevel + 1);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(stage), stage.GetType(), "a stage the formatter does not know");
        }
    }

    private static void WriteSpanset(StringBuilder text, SpansetExpression spanset, int least)
    {
        switch (spanset)
        {
            case SpansetFilter { Condition: LiteralExpression { Value: { Type: StaticType.Bool, Bool: true } } }:
                text.Append("{ }");
                break;
            case SpansetFilter filter:
                Write(text.Append("{ "), filter.Condition);
                text.Append(" }");
                break;
            case WrappedPipeline wrapped:
                Write(text.Append('('), wrapped.Pipeline);
                text.Append(')');
                break;
            case SpansetOperation operation:
                var level = operation.Operator.Level();
                // Beside a wrapped pipeline a bare filter is not allowed: each side is in parentheses.
                var wraps = HoldsPipeline(operation);
                Open(text, level < least);
                WriteOperand(text, operation.Left, level, wraps);
                text.Append(' ').Append(operation.Operator.Text()).Append(' ');
                WriteOperand(text, operation.Right, level + 1, wraps);
                Close(text, level < least);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(spanset), spanset.GetType(), "a spanset expression the formatter does not know");
        }
    }

    private static void WriteOperand(StringBuilder text, SpansetExpression operand, int least, bool wraps)
    {
        var parentheses = wraps && !HoldsPipeline(operand);
        Open(text, parentheses);
        WriteSpanset(text, operand, parentheses ? 0 : least);
        Close(text, parentheses);
    }

    private static bool HoldsPipeline(SpansetExpression spanset) => spanset switch
    {
        WrappedPipeline => true,
        SpansetOperation operation => HoldsPipeline(operation.Left) || HoldsPipeline(operation.Right),
        _ => false,
    };

    private static void WriteScalar(StringBuilder text, ScalarExpression scalar, int least)
    {
        switch (scalar)
        {
            case ScalarLiteral literal:
                text.Append(literal.Value.ToString());
                break;
            case AggregateExpression aggregate:
                text.Append(Keywords.NameOf(aggregate.Function)).Append('(');
                if (aggregate.Argument is not null)
                    Write(text, aggregate.Argument);
                text.Append(')');
                break;
            case ScalarPipeline pipeline:
                Write(text.Append('('), pipeline.Pipeline);
                WriteScalar(text.Append(" | "), pipeline.Aggregate, 0);
                text.Append(')');
                break;
            case ScalarArithmetic arithmetic:
                var level = arithmetic.Operator.Level();
                var right = arithmetic.Operator == BinaryOperator.Power;
                Open(text, level < least);
                WriteScalar(text, arithmetic.Left, right ? level + 1 : level);
                text.Append(' ').Append(arithmetic.Operator.Text()).Append(' ');
                WriteScalar(text, arithmetic.Right, right ? level : level + 1);
                Close(text, level < least);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(scalar), scalar.GetType(), "a scalar the formatter does not know");
        }
    }

    private static void WriteField(StringBuilder text, FieldExpression expression, int least)
    {
        var level = LevelOf(expression);
        Open(text, level < least);
        switch (expression)
        {
            case LiteralExpression { Value: { Type: StaticType.Float, Float: var number } } when !double.IsFinite(number):
                // Folded: there is no such literal, but this folds to it again.
                text.Append(double.IsNaN(number) ? "(0.0 % 0.0)" : number > 0 ? "(1e308 * 10.0)" : "(-1e308 * 10.0)");
                break;
            case LiteralExpression literal:
                text.Append(literal.Value.ToString());
                break;
            case IntrinsicField intrinsic:
                text.Append(Intrinsics.NameOf(intrinsic.Intrinsic));
                break;
            case AttributeField attribute:
                text.Append(LiteralText.FormatAttribute(attribute.Scope, attribute.Name));
                break;
            case UnaryExpression unary:
                WriteField(text.Append(unary.Operator.Text()), unary.Operand, level + 1);
                break;
            case BinaryExpression binary:
                var right = binary.Operator == BinaryOperator.Power;
                WriteField(text, binary.Left, right ? level + 1 : level);
                text.Append(' ').Append(binary.Operator.Text()).Append(' ');
                WriteField(text, binary.Right, right ? level : level + 1);
                break;
            case PresenceExpression presence:
                WriteField(text, presence.Operand, Operators.ComparisonLevel);
                text.Append(presence.Present ? " != nil" : " = nil");
                break;
            case RegexExpression regex:
                WriteField(text, regex.Operand, Operators.ComparisonLevel);
                text.Append(regex.Negated ? " !~ " : " =~ ").Append(LiteralText.Quote(regex.Regex.Pattern));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(expression), expression.GetType(), "an expression the formatter does not know");
        }

        Close(text, level < least);
    }

    private static int LevelOf(FieldExpression expression) => expression switch
    {
        BinaryExpression binary => binary.Operator.Level(),
        UnaryExpression unary => unary.Operator.Level(),
        PresenceExpression or RegexExpression => Operators.ComparisonLevel,
        LiteralExpression { Value: { IsNumeric: true } value } when value.AsDouble() < 0 => Operators.SumLevel, // folded; reads as a minus
        _ => int.MaxValue,
    };

    private static void WriteMetrics(StringBuilder text, SyntaxNode node)
    {
        switch (node)
        {
            case MetricsAggregateStage stage:
                text.Append(Keywords.NameOf(stage.Function)).Append('(');
                if (stage.Argument is not null)
                    Write(text, stage.Argument);
                foreach (var quantile in stage.Quantiles)
                    text.Append(", ").Append(LiteralText.FormatFloat(quantile));
                text.Append(')');
                if (stage.By.Count > 0)
                {
                    WriteList(text.Append(" by ("), stage.By, ", ");
                    text.Append(')');
                }

                break;
            case MetricsCompareStage compare:
                Write(text.Append("compare("), compare.Selection);
                foreach (var number in new[] { compare.TopN, compare.StartUnixNano, compare.EndUnixNano })
                    if (number is not null)
                        text.Append(CultureInfo.InvariantCulture, $", {number}");
                text.Append(')');
                break;
            case MetricsRankStage rank:
                text.Append(CultureInfo.InvariantCulture, $"| {(rank.Top ? "topk" : "bottomk")}({rank.Count})");
                break;
            case MetricsFilterStage filter:
                text.Append(filter.Operator.Text()).Append(' ').Append(filter.Value.ToString());
                break;
        }
    }

    private static void Open(StringBuilder text, bool parentheses)
    {
        if (parentheses)
            text.Append('(');
    }

    private static void Close(StringBuilder text, bool parentheses)
    {
        if (parentheses)
            text.Append(')');
    }
}
