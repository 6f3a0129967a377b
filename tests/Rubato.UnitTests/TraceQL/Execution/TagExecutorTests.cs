using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

public sealed class TagExecutorTests
{
    private static readonly SpanSnapshot Snapshot = SpanSegments.Snapshot(
        [Make(1, "a", "web", ("n", AttributeValue.Of(5L)), ("tags", AttributeValue.Of([AttributeValue.Of("x"), AttributeValue.Of("y")])))],
        [Make(2, "b", null, ("n", AttributeValue.Of(1.0)), ("only.b", AttributeValue.Of(true)))]);

    [Fact]
    public async Task Names_without_filter_come_from_all_segments()
    {
        var result = await NamesAsync(TagFilter.None);
        Assert.Equal(["n", "only.b", "tags"], result.Names[AttributeOwner.Span]);
        Assert.Equal(["service.name"], result.Names[AttributeOwner.Resource]);
        Assert.False(result.Names.ContainsKey(AttributeOwner.Event));
    }

    [Theory]
    [InlineData("{ name = \"b\" }", "n only.b")]
    [InlineData("{ resource.service.name = \"web\" }", "n tags")]
    [InlineData("{ rootName = \"a\" }", "n tags")]
    [InlineData("{ name = \"none\" }", "")]
    public async Task Names_with_filter_come_from_the_spans_that_pass(string query, string expected)
    {
        var result = await NamesAsync(new TagFilter(AutocompleteFilter.Extract(query).Groups));
        Assert.Equal(expected, string.Join(' ', result.Names.GetValueOrDefault(AttributeOwner.Span) ?? []));
    }

    [Theory]
    [InlineData("span.n", "", "float:1.0 int:5")]
    [InlineData("span.n", "{ name = \"a\" }", "int:5")]
    [InlineData("span.tags", "", "string:x string:y")]
    [InlineData("resource.service.name", "", "string: string:web")]
    [InlineData("resource.service.name", "{ resource.service.name = \"no-such\" }", "string:no-such")]
    [InlineData("name", "", "string:a string:b")]
    [InlineData("rootName", "", "string:a string:b")]
    [InlineData("status", "{ name = \"none\" }", "keyword:error keyword:ok keyword:unset")]
    [InlineData("duration", "", "")]
    public async Task Values_of_a_field(string field, string query, string expected)
    {
        var select = (SelectStage)TraceQLCompiler.Compile($"{{ }} | select({field})").Pipeline.Stages[1];
        var request = new TagValuesRequest { Field = select.Fields[0], Filter = new TagFilter(AutocompleteFilter.Extract(query).Groups) };
        var result = await TagValuesExecutor.ReadAsync(Snapshot, request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, string.Join(' ', result.Values.Select(v => $"{v.Type}:{v.Text}")));
    }

    [Fact]
    public async Task Values_stop_at_the_limit()
    {
        var request = new TagValuesRequest { LegacyTag = "n", Limit = 1 };
        var result = await TagValuesExecutor.ReadAsync(Snapshot, request, TestContext.Current.CancellationToken);
        Assert.Single(result.Values);
    }

    [Fact]
    public async Task Cancelled_search_ends_with_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var request = new SearchRequest { Query = TraceQLCompiler.Compile("{ }") };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SearchExecutor.SearchAsync(Snapshot, request, cancelled.Token));
    }

    [Fact]
    public async Task Search_beyond_its_memory_names_the_limit()
    {
        var request = new SearchRequest { Query = TraceQLCompiler.Compile("{ }"), MaxMemoryBytes = 500 };
        var error = await Assert.ThrowsAsync<QueryLimitException>(() => SearchExecutor.SearchAsync(Snapshot, request, TestContext.Current.CancellationToken));
        Assert.Contains("500 bytes", error.Message, StringComparison.Ordinal);
    }

    private static Task<TagNamesResult> NamesAsync(TagFilter filter) =>
        TagNamesExecutor.ReadAsync(Snapshot, new TagNamesRequest { Filter = filter }, TestContext.Current.CancellationToken);

    private static Span Make(ulong id, string name, string? service, params (string Key, AttributeValue Value)[] attributes) => new()
    {
        TraceId = new TraceId(0, id),
        SpanId = new SpanId(id),
        Name = name,
        StartUnixNano = 1_700_000_000_000_000_000 + id,
        EndUnixNano = 1_700_000_000_000_001_000 + id,
        Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, a.Value))],
        Resource = service is null ? Resource.Empty : new Resource { Attributes = [new("service.name", AttributeValue.Of(service))] },
        Scope = InstrumentationScope.Empty,
    };
}
