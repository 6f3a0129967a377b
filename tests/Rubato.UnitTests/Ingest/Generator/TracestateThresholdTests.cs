using System.Text;
using Rubato.Ingest.Generator;
using Xunit;

namespace Rubato.UnitTests.Ingest.Generator;

public sealed class TracestateThresholdTests
{
    [Theory]
    [InlineData("ot=th:0", 1)]
    [InlineData("ot=th:8", 2)]
    [InlineData("ot=th:c", 4)]
    [InlineData("ot=rv:6e6d1a75832a2f;th:c0", 4)]
    [InlineData("vendor=x, ot=th:c;rv:1 ,other=ot", 4)]
    [InlineData("ot=th:ffffffffffffff", 72057594037927936.0)]
    public void A_threshold_says_how_many_spans_one_stands_for(string tracestate, double multiplier) =>
        Assert.Equal(multiplier, TracestateThreshold.MultiplierOf(Encoding.UTF8.GetBytes(tracestate)));

    [Theory]
    [InlineData("")]
    [InlineData("ot=")]
    [InlineData("ot=th:")]
    [InlineData("ot=th:xyz")]
    [InlineData("ot=th:-1")]
    [InlineData("ot=th: 8")]
    [InlineData("ot=th:000000000000001")]
    [InlineData("other=th:8")]
    [InlineData("ot=rv:8")]
    [InlineData("not=th:8")]
    public void Anything_else_says_nothing(string tracestate) => Assert.Null(TracestateThreshold.MultiplierOf(Encoding.UTF8.GetBytes(tracestate)));
}
