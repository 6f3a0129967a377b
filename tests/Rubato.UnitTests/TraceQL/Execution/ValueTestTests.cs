using System.Text;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Regex;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

public sealed class ValueTestTests
{
    // A block's index is asked for the exact text: an empty one instead of none would rule every row group out.
    [Theory]
    [InlineData(BinaryOperator.NotEqual)]
    [InlineData(BinaryOperator.Less)]
    [InlineData(BinaryOperator.GreaterOrEqual)]
    public void ExactText_of_a_comparison_that_several_texts_pass_is_null(BinaryOperator comparison) =>
        Assert.Null(new LiteralTest(comparison, StaticValue.FromString("x"), sameType: true).ExactText);

    [Fact]
    public void ExactText_of_an_equality_is_its_text() =>
        Assert.Equal("x", Encoding.UTF8.GetString(new LiteralTest(BinaryOperator.Equal, StaticValue.FromString("x"), sameType: true).ExactText!.Value.Span));

    [Theory]
    [InlineData("x.*", false)]
    [InlineData("(a|b)c", false)]
    [InlineData("x", true)]
    public void ExactText_of_a_regular_expression_that_several_texts_match_is_null(string pattern, bool negated) =>
        Assert.Null(new RegexTest(Re2Regex.Create(pattern), negated).ExactText);

    [Fact]
    public void ExactText_of_a_plain_pattern_is_its_text() =>
        Assert.Equal("abc", Encoding.UTF8.GetString(new RegexTest(Re2Regex.Create("abc"), negated: false).ExactText!.Value.Span));

    [Theory]
    [InlineData(BinaryOperator.Equal)]
    [InlineData(BinaryOperator.NotEqual)]
    [InlineData(BinaryOperator.Less)]
    [InlineData(BinaryOperator.LessOrEqual)]
    [InlineData(BinaryOperator.Greater)]
    [InlineData(BinaryOperator.GreaterOrEqual)]
    public void The_range_of_floats_holds_what_passes(BinaryOperator comparison)
    {
        double[] numbers =
        [
            double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.MinValue, double.MaxValue, 0.0, -0.0, double.Epsilon, -double.Epsilon,
            1, double.BitIncrement(1), double.BitDecrement(1), -1, double.BitDecrement(double.MaxValue),
        ];
        foreach (var literal in numbers)
        {
            var test = new LiteralTest(comparison, StaticValue.FromFloat(literal), sameType: true);
            Assert.True(test.TryFloatRange(out var low, out var high, out var inverted));
            Assert.All(numbers, value => Assert.Equal(test.Float(value), (value >= low && value <= high) != inverted));
        }
    }

    [Fact]
    public void A_present_value_passes_whatever_it_is()
    {
        Assert.True(PresentTest.Instance.TryFloatRange(out var low, out var high, out var inverted));
        Assert.All((double[])[double.NaN, 0, double.PositiveInfinity], value => Assert.True((value >= low && value <= high) != inverted));
        Assert.True(PresentTest.Instance.TryIntRange(out var least, out var most, out var outside));
        Assert.Equal((long.MinValue, long.MaxValue, false), (least, most, outside));
    }
}
