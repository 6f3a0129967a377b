using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Rubato.UnitTests.TraceQL.Execution;
using Xunit;

namespace Rubato.UnitTests.Docs;

/// <summary>Every query of docs/traceql.md runs and finds something among orders like the demo's, and every function has a query there.</summary>
public sealed class TraceQLPageTests
{
    private static readonly string[] Queries = [.. File.ReadLines(PagePath()).Where(l => l.StartsWith("    {", StringComparison.Ordinal) || l.StartsWith("    (", StringComparison.Ordinal))
        .Select(l => l.Trim())
        // The example of a mistake.
        .Where(q => q != "{ service = \"x\" }")];

    public static TheoryData<string> All => [.. Queries];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Query_finds_something(string text)
    {
        var query = TraceQLCompiler.Compile(text);
        var snapshot = SpanSegments.Snapshot(DemoOrders.Spans);
        if (query.Metrics is null)
        {
            var found = await SearchExecutor.SearchAsync(snapshot, new SearchRequest { Query = query }, TestContext.Current.CancellationToken);
            Assert.NotEmpty(found.Traces);
            return;
        }

        const ulong minute = 60_000_000_000;
        var request = new MetricsRequest
        {
            Query = query, Buckets = TimeBuckets.Range(DemoOrders.StartUnixNano, DemoOrders.StartUnixNano + (5 * minute), minute), MaxExemplars = 10,
        };
        var result = await MetricsExecutor.RunAsync(snapshot, request, TestContext.Current.CancellationToken);
        Assert.Contains(result.Series, s => s.Values.Any(v => v > 0));
    }

    [Fact]
    public void Every_function_has_a_query()
    {
        var words = Enum.GetValues<MetricsFunction>().Select(Keywords.NameOf)
            .Concat(Enum.GetValues<AggregateFunction>().Select(Keywords.NameOf))
            .Concat(["compare", "topk", "bottomk", "by", "select", "coalesce"]);
        Assert.All(words, word => Assert.Contains(Queries, q => q.Contains(word + "(", StringComparison.Ordinal) || q.Contains(word + " (", StringComparison.Ordinal)));
    }

    private static string PagePath() => Path.Combine(Golden.GoldenFiles.Folder(), "..", "..", "docs", "traceql.md");
}
