using System.Text.Json.Nodes;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>A search answered line by line over a socket is the search answered at once.</summary>
public sealed class SearchLinesTests(SharedServer shared)
{
    [Theory]
    [InlineData("application/x-ndjson", "")]
    [InlineData("*/*", "&stream=true")]
    public async Task The_lines_together_are_the_answer_at_once(string accept, string parameter)
    {
        var mark = Make.TraceId();
        for (var i = 0; i < 7; i++) await shared.Server.Otlp.SendAsync(Make.Span(Make.TraceId(), attributes: Make.Attribute("lines", mark)));
        var path = "/api/search?limit=5&q=" + Uri.EscapeDataString($$"""{ span.lines = "{{mark}}" }""");

        var lines = (await GetAsync(path + parameter, accept)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var whole = JsonNode.Parse(await GetAsync(path, "application/json"))!;

        Assert.Equal(whole["traces"]!.AsArray().Select(t => t!.ToJsonString()), lines.SelectMany(l => l["traces"]!.AsArray()).Select(t => t!.ToJsonString()));
        Assert.Equal(5, lines.Sum(l => l["traces"]!.AsArray().Count));
        Assert.True((bool)lines[^1]["done"]!);
        Assert.True((bool)lines[^1]["receipt"]!["complete"]!);
    }

    [Fact]
    public async Task A_query_that_does_not_parse_is_refused_as_always()
    {
        using var client = new HttpClient { BaseAddress = shared.Server.Http };
        using var response = await client.GetAsync("/api/search?stream=true&q=%7B", TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("parse error", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private async Task<string> GetAsync(string path, string accept)
    {
        using var client = new HttpClient { BaseAddress = shared.Server.Http };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, body);
        return body;
    }
}
