using System.Text.Json.Nodes;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>How a query ran, by HTTP and on the command line.</summary>
public sealed class ExplainTests
{
    [Fact]
    public async Task A_search_over_blocks_and_recent_data_tells_what_it_read_and_what_it_left_out()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings());
        await server.Otlp.SendAsync(Make.Span(Make.TraceId(), attributes: Make.Attribute("color", "red")));
        await server.Api.GetAsync("/flush", method: HttpMethod.Post);
        await server.Otlp.SendAsync(Make.Span(Make.TraceId(), attributes: Make.Attribute("color", "blue")));

        var answer = await JsonAsync(server, """/api/rubato/explain?q={span.color="blue"}""");
        Assert.Equal("search", (string?)answer["kind"]);
        Assert.Equal("""{ span.color = "blue" }""", (string?)answer["query"]);
        Assert.Equal(1, (int)answer["found"]!);
        Assert.Equal("span.color", (string?)answer["fields"]!.AsArray().Single());
        var steps = answer["steps"]!.AsArray().Select(s => (string?)s!["name"]).ToList();
        Assert.All(["parse", "open blocks", "scan", "decide traces", "total"], step => Assert.Contains(step, steps));
        Assert.Contains(answer["columns"]!.AsArray(), c => (string?)c!["name"] == "span.color" && (long)c["rows"]! > 0);
        var ruledOut = answer["segments"]!.AsArray().Single(s => (string?)s!["outcome"] == "ruled out")!;
        Assert.Contains("span.color is never \"blue\"", (string?)ruledOut["why"], StringComparison.Ordinal);
        Assert.True((bool)answer["receipt"]!["complete"]!);

        Assert.Equal("range", (string?)(await JsonAsync(server, "/api/rubato/explain?q={}|rate()"))["kind"]);
        Assert.Equal("instant", (string?)(await JsonAsync(server, "/api/rubato/explain?q={}|rate()&instant=true"))["kind"]);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await server.Api.GetAsync("/api/rubato/explain?q={nmae}")).Status);

        var run = await ProcessRun.RubatoAsync(
            AppContext.BaseDirectory, "query", "search", """{ span.color = "blue" }""", "--explain", "--address", server.Http.ToString());
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("span.color", run.Output, StringComparison.Ordinal);
        Assert.Contains("ruled out", run.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> JsonAsync(RubatoProcess server, string path) => JsonNode.Parse(await server.Api.TextAsync(path))!;
}
