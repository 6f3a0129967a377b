using System.Text.Json.Nodes;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>Every answer says in a header how complete it is, and in its body only when asked.</summary>
public sealed class ReceiptTests(SharedServer shared)
{
    [Theory]
    [InlineData("/api/search?q={}", true)]
    [InlineData("/api/metrics/query_range?q={}|rate()", true)]
    [InlineData("/api/metrics/query?q={}|rate()", true)]
    [InlineData("/api/v2/search/tags?scope=span", false)]
    [InlineData("/api/v2/search/tag/span.receipt/values?limit=10", false)]
    public async Task The_header_is_always_there_and_the_member_on_request(string path, bool hasMember)
    {
        await shared.Server.Otlp.SendAsync(Make.Span(Make.TraceId(), attributes: Make.Attribute("receipt", "x")));
        using var client = new HttpClient { BaseAddress = shared.Server.Http };
        foreach (var wanted in (bool[])[false, true])
        {
            using var response = await client.GetAsync(path + (wanted ? "&receipt=true" : ""), TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, body);
            var header = Assert.Single(response.Headers.GetValues("X-Rubato-Receipt"));
            Assert.StartsWith("complete=?1, newer-missing=?0, blocks-inspected=", header, StringComparison.Ordinal);
            var receipt = JsonNode.Parse(body)!["receipt"];
            Assert.Equal(wanted && hasMember, receipt is not null);
            if (receipt is null) continue;
            Assert.True((bool)receipt["complete"]!);
            Assert.Contains($"spans-inspected={(long)receipt["spans"]!["inspected"]!}", header, StringComparison.Ordinal);
            Assert.True((long)receipt["spans"]!["inspected"]! > 0);
        }
    }
}
