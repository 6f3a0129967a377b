using System.Net;
using System.Text;
using Rubato.Client;
using Xunit;

namespace Rubato.UnitTests.Client;

public sealed class SearchStreamTests
{
    [Fact]
    public async Task Parts_come_line_by_line_until_the_last()
    {
        StubHandler server = Answers("""
            {"traces":[{"traceID":"2"}],"metrics":{"inspectedSpans":"5","completedJobs":1,"totalJobs":3}}
            {"traces":[{"traceID":"1"}],"metrics":{"inspectedTraces":4,"inspectedSpans":"9","inspectedBytes":"77","totalBlocks":2,"completedJobs":2,"totalJobs":3},"receipt":{"complete":false,"failures":["block a","block b"]},"done":true}
            """);

        List<SearchPart> parts = await ReadAsync(server);

        Assert.Equal("/api/search?q=%7B%7D&limit=5", server.Asked.Single());
        Assert.Equal("application/x-ndjson", server.Requests.Single().Headers.Accept.ToString());
        Assert.Equal(["2", "1"], parts.SelectMany(p => p.Traces).Select(t => t.TraceId.TrimStart('0')));
        Assert.Equal((5, 1, 3, false, null), (parts[0].InspectedSpans, parts[0].CompletedJobs, parts[0].TotalJobs, parts[0].IsLast, parts[0].Incomplete));
        Assert.Equal((4, 9, 77, 2, true, "block a; block b"), (parts[1].InspectedTraces, parts[1].InspectedSpans, parts[1].InspectedBytes, parts[1].TotalBlocks, parts[1].IsLast, parts[1].Incomplete));
    }

    [Fact]
    public async Task A_server_that_knows_no_lines_answers_in_one_part()
    {
        List<SearchPart> parts = await ReadAsync(Answers("""{"traces":[{"traceID":"2"}],"metrics":{"inspectedTraces":1}}""", "application/json"));

        Assert.True(Assert.Single(parts).IsLast);
        Assert.Single(parts[0].Traces);
    }

    [Theory]
    [InlineData("{\"traces\":[]}\n", "was cut off")]
    [InlineData("", "was cut off")]
    [InlineData("{\"traces\":[]}\n{\"error\":{\"status\":503,\"message\":\"out of time\"}}\n", "out of time")]
    [InlineData("{\"traces\":[\n", "not what was expected")]
    public async Task What_is_no_whole_answer_is_an_error(string body, string message)
    {
        var error = await Assert.ThrowsAsync<RubatoClientException>(() => ReadAsync(Answers(body)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_has_status_and_words()
    {
        var error = await Assert.ThrowsAsync<RubatoClientException>(() => ReadAsync(Answers("invalid query", "text/plain", HttpStatusCode.BadRequest)));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid query"), (error.StatusCode, error.Body));
    }

    private static StubHandler Answers(string body, string type = "application/x-ndjson", HttpStatusCode status = HttpStatusCode.OK) =>
        new(_ => new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });

    private static async Task<List<SearchPart>> ReadAsync(StubHandler server)
    {
        using var client = new RubatoClient(new HttpClient(server), new RubatoClientOptions { BaseAddress = new Uri("http://server") });
        List<SearchPart> parts = [];
        await foreach (SearchPart part in client.SearchStreamAsync("{}", new SearchOptions { Limit = 5 }, TestContext.Current.CancellationToken)) parts.Add(part);
        return parts;
    }
}
