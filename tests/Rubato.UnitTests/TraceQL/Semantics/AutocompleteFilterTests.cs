using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Semantics;

public sealed class AutocompleteFilterTests
{
    private static string? Describe(string? query)
    {
        var filter = AutocompleteFilter.Extract(query);
        return filter.Outcome switch
        {
            AutocompleteOutcome.NoFilter => null,
            AutocompleteOutcome.TooManyGroups => "too many",
            _ => string.Join(" | ", filter.Groups.Select(group => string.Join(" & ", group.Select(CanonicalText.Of)))),
        };
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("  ", null)]
    [InlineData("{}", null)]
    [InlineData("{ name = \"validate\" }", "name = `validate`")]
    [InlineData("{ \"validate\" = name && 5 < span.x }", "name = `validate` & span.x > 5")]
    [InlineData("{ (name = \"a\" || name = \"b\") && kind = server }", "name = `a` & kind = server | name = `b` & kind = server")]
    [InlineData("{ name = \"a\" && span.foo = }", "name = `a`")]
    [InlineData("{ name = \"a\" && span.foo = ", "name = `a`")]
    [InlineData("{ name = \"a\" && span.foo", "name = `a`")]
    [InlineData("{ name = \"a\" && ", "name = `a`")]
    [InlineData("{ name = \"a\" && () }", "name = `a`")]
    [InlineData("{ name = \"a\" && (kind = server || status = ", null)] // status alone is no condition, and no bool
    [InlineData("{ name = \"a\" && (kind = server || span.x = ", "name = `a` & kind = server | name = `a`")]
    [InlineData("{ resource.service.name = \"x\" && span.", "resource.service.name = `x`")]
    [InlineData("{ resource.service.name = \"x\" && span.http.status_code >", "resource.service.name = `x`")]
    [InlineData("{ resource.service.name = \"x\" && (span.a = 1 || span.", "resource.service.name = `x` & span.a = 1")]
    [InlineData("{ resource.service.name = \"x\" &", "resource.service.name = `x`")]
    [InlineData("{ resource.service.name = \"x\" } | select(span.", "resource.service.name = `x`")]
    [InlineData("{ && name = \"a\" }", "name = `a`")]
    [InlineData("{ name = \"a\" && span.foo = \"unfinish", "name = `a`")]
    [InlineData("{ name = ", null)]
    [InlineData("{ name", null)]
    [InlineData("{ .user.tier = \"gold\" }", null)]
    [InlineData("{ name = \"a\" && service.name = \"x\" }", null)]
    [InlineData("{ name = \"a\" } >> { }", null)]
    [InlineData("{ name = \"a\" } | count() > 1", "name = `a`")]
    [InlineData("{ name = \"a\" } | rate()", "name = `a`")]
    [InlineData("{ name = \"a\" } | cou", "name = `a`")]
    [InlineData("{ name =~ \"val-.*\" }", "name =~ `val-.*`")]
    [InlineData("{ name = 5 }", null)]
    [InlineData("{ span.x = 1 || span.vip }", null)]
    [InlineData("garbage \" {", null)]
    public void Extract_FollowsTheSteps(string? query, string? expected) =>
        Assert.Equal(expected, Describe(query));

    [Fact]
    public void Extract_OfTooManyAlternatives_SaysSo()
    {
        Assert.Equal("too many", Describe("{ " + string.Join(" || ", Enumerable.Range(0, 101).Select(i => $"span.x = {i}")) + " }"));
        var ten = "(" + string.Join(" || ", Enumerable.Range(0, 11).Select(i => $"span.x = {i}")) + ")";
        Assert.Equal("too many", Describe($"{{ {ten} && {ten} }}"));
        Assert.Equal(100, AutocompleteFilter.Extract("{ " + string.Join(" || ", Enumerable.Range(0, 100).Select(i => $"span.x = {i}")) + " }").Groups.Count);
    }

    [Fact]
    public void For_GivesValuesThatTheFilterNames()
    {
        var filter = AutocompleteFilter.Extract("{ span.tier = \"gold\" || name = \"a\" || span.tier != \"x\" }");
        var (values, remaining) = filter.For(new AttributeField(AttributeScope.Span, "tier"));
        Assert.Equal([StaticValue.FromString("gold")], values);
        Assert.Equal(2, remaining.Count);
    }
}
