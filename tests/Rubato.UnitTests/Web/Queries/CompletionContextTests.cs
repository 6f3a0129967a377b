using Rubato.Web.Queries;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class CompletionContextTests
{
    /// <summary>The caret stands at the bar ¦.</summary>
    [Theory]
    [InlineData("¦", CompletionKind.Start, "")]
    [InlineData("{ ¦", CompletionKind.Field, "")]
    [InlineData("{ sta¦", CompletionKind.Field, "sta")]
    [InlineData("{ stock.¦", CompletionKind.Field, "stock.")]
    [InlineData("{ stock.i¦", CompletionKind.Field, "stock.i")]
    [InlineData("{ http.request.¦", CompletionKind.Field, "http.request.")]
    [InlineData("{ span.http¦", CompletionKind.Field, "span.http")]
    [InlineData("{ span.¦ }", CompletionKind.Field, "span.")]
    [InlineData("{ status ¦", CompletionKind.Operator, "")]
    [InlineData("{ status = ¦", CompletionKind.Value, "")]
    [InlineData("{ status = err¦", CompletionKind.Value, "err")]
    [InlineData("{ name = \"GET /c¦", CompletionKind.Value, "GET /c")]
    [InlineData("{ name = \"GET /c¦\" }", CompletionKind.Value, "GET /c")]
    [InlineData("{ status = error ¦", CompletionKind.Connective, "")]
    [InlineData("{ status = error && na¦", CompletionKind.Field, "na")]
    [InlineData("{ (na¦", CompletionKind.Field, "na")]
    [InlineData("{ } ¦", CompletionKind.Continuation, "")]
    [InlineData("{ } | ¦", CompletionKind.Function, "")]
    [InlineData("{ } | ra¦", CompletionKind.Function, "ra")]
    [InlineData("{ } | rate() by (resource.se¦", CompletionKind.Field, "resource.se")]
    [InlineData("{ } >> ¦", CompletionKind.Start, "")]
    [InlineData("{ } # what ¦ever", CompletionKind.Nothing, "")]
    [InlineData("{ duration > 10¦", CompletionKind.Nothing, "")]
    public void At_APlace_KnowsWhatBelongsThere(string marked, object kind, string typed)
    {
        var context = At(marked);

        Assert.Equal(((CompletionKind)kind, typed), (context.Kind, context.Typed));
    }

    [Fact]
    public void At_AValue_KnowsItsFieldAndTheConditionsBefore()
    {
        var context = At("{ resource.service.name = \"a\" && span.route = \"/x¦");

        Assert.Equal(("span.route", "{ resource.service.name = \"a\" && "), (context.Field, context.Conditions));
    }

    [Theory]
    [InlineData("{ name = \"GET¦ /cart\" }", "\"GET /cart\"")]
    [InlineData("{ name = \"GET¦ }", "\"GET")]
    [InlineData("{ span.ht¦tp = 1 }", "span.http")]
    [InlineData("{ ¦ }", "")]
    public void At_APlace_KnowsWhatACompletionReplaces(string marked, string replaced)
    {
        var context = At(marked);

        Assert.Equal(replaced, marked.Replace("¦", "", StringComparison.Ordinal)[context.Start..context.End]);
    }

    [Fact]
    public void At_EveryPlaceOfEveryBeginning_Holds()
    {
        const string Query = "{ span.a = \"x y\" && (status = error || duration > 1s) } >> ({ name =~ `b` }) | by(resource.c) | count() > 2 | select(span.\"d e\")";
        for (var length = 0; length <= Query.Length; length++)
        {
            for (var caret = 0; caret <= length; caret++)
            {
                var context = CompletionContext.At(Query[..length], caret);
                Assert.True(context.Start <= caret && context.End >= caret && context.End <= length, $"{Query[..length]} at {caret}: {context}");
            }
        }
    }

    private static CompletionContext At(string marked) => CompletionContext.At(marked.Replace("¦", "", StringComparison.Ordinal), marked.IndexOf('¦', StringComparison.Ordinal));
}
