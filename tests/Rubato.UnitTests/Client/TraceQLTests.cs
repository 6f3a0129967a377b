using CsCheck;
using Rubato.Client;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.Client;

/// <summary>What the builder writes, the server's own parser reads: a value never becomes a part of the query.</summary>
public sealed class TraceQLTests
{
    // Characters that mean something in a query, and any others but halves of surrogate pairs, which cannot be sent as UTF-8 at all.
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Char["\"\\`{}|&#=()<>!~.,-+*/ \n\r\t\0\x7f"], Gen.Char.Where(c => !char.IsSurrogate(c))).Array[0, 20].Select(chars => new string(chars));

    [Fact]
    public void Query_ValuesOfEveryType_AreWrittenAsTraceQL()
    {
        string name = "a\"b\\c\n";
        Assert.Equal(
            """{ resource.service.name = "a\"b\\c\n" && duration > 1500000000ns && status = error && kind = server && span.n = 7 && span.d = 0.5 && span.w = 2.0 && span.b = true && span.x != nil }""",
            Rubato.Client.TraceQL.Query($"{{ resource.service.name = {name} && duration > {TimeSpan.FromSeconds(1.5)} && status = {SpanStatus.Error} && kind = {SpanKind.Server} && span.n = {7} && span.d = {0.5} && span.w = {2.0} && span.b = {true} && span.x != {(string?)null} }}"));
    }

    [Fact]
    public void Filter_Conditions_AreJoined()
    {
        TraceQLFilter filter = Rubato.Client.TraceQL.Where("resource.service.name", "=", "shop").LongerThan(TimeSpan.FromSeconds(1)).Failed();

        Assert.Equal("""{ resource.service.name = "shop" && duration > 1000000000ns && status = error }""", filter.ToString());
        Assert.Equal("""{ resource.service.name = "shop" && duration > 1000000000ns && status = error } | count() > 2""", Rubato.Client.TraceQL.Query($"{filter} | count() > {2}"));
    }

    [Theory]
    [InlineData("span", "http.method", "span.http.method")]
    [InlineData("", "foo", ".foo")]
    [InlineData("resource", "a b", "resource.\"a b\"")]
    [InlineData("span", "a\"b\\", "span.\"a\\\"b\\\\\"")]
    public void Attribute_IsQuotedWhereNeeded(string scope, string name, string expected) => Assert.Equal(expected, Rubato.Client.TraceQL.Attribute(scope, name));

    [Theory]
    [InlineData("span.a } || { true", "=")]
    [InlineData("span.\"a", "=")]
    [InlineData("span.\"a\" = 1 && span.b", "=")]
    [InlineData("span.a", "= 1 ||")]
    [InlineData("span.a", "")]
    public void And_FieldOrComparisonThatIsNone_IsRefused(string field, string comparison) => Assert.Throws<ArgumentException>(() => Rubato.Client.TraceQL.Where(field, comparison, 1));

    [Fact]
    public void Any_text_comes_back_as_that_text() => Texts.Sample(text =>
    {
        string query = Rubato.Client.TraceQL.Query($"{{ span.a = {text} }}");
        TraceQLQuery parsed = TraceQLParser.Parse(query);
        Assert.Equal(query, "{ span.a = " + Rubato.Client.TraceQL.Quote(text) + " }");
        Assert.Equal(TraceQLFormatter.Format(parsed), TraceQLFormatter.Format(TraceQLParser.Parse(TraceQLFormatter.Format(parsed))));
        Assert.Single(parsed.Pipeline.Stages);
        Assert.Equal(text, LiteralText(parsed));
    }, iter: 2000);

    [Fact]
    public void Any_attribute_name_is_one_name() => Texts.Where(t => t.Length > 0).Sample(name =>
    {
        Assert.True(TraceQLParser.TryParse($"{{ {Rubato.Client.TraceQL.Attribute("span", name)} = 1 }}", out _, out var error), error?.ToString());
    }, iter: 2000);

    [Fact]
    public void Any_number_parses() => Gen.Double.Where(double.IsFinite).Sample(
        number => Assert.True(TraceQLParser.TryParse(Rubato.Client.TraceQL.Query($"{{ span.a = {number} }}"), out _, out var error), error?.ToString()), iter: 2000);

    private static string LiteralText(TraceQLQuery query)
    {
        var filter = (SpansetFilter)query.Pipeline.Stages[0];
        var comparison = (BinaryExpression)filter.Condition;
        return ((LiteralExpression)comparison.Right).Value.String;
    }
}
