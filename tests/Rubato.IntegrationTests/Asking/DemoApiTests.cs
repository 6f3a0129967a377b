using System.Net;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary><c>POST /api/rubato/demo</c>.</summary>
public sealed class DemoApiTests
{
    private const string Path = "/api/rubato/demo";

    [Fact]
    public async Task Orders_of_the_caller_come_into_its_tenant_and_are_told()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true"));

        var answer = await server.Api.GetAsync(Path + "?orders=3", tenant: "mine", method: HttpMethod.Post);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal(("mine", 3), (json.RootElement.GetProperty("tenant").GetString(), json.RootElement.GetProperty("orders").GetInt32()));
        var ids = json.RootElement.GetProperty("trace_ids").EnumerateArray().Select(id => id.GetString()!).ToArray();
        Assert.Equal(3, ids.Distinct().Count());
        var spans = 0;
        foreach (var id in ids) spans += (await server.Api.TraceAsync(id, "mine")).Count;
        Assert.Equal(json.RootElement.GetProperty("spans").GetInt64(), spans);
        Assert.Empty(await server.Api.TraceAsync(ids[0], "other"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Api.GetAsync(Path, method: HttpMethod.Post)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Api.GetAsync(Path, tenant: "a|b", method: HttpMethod.Post)).Status);
    }

    [Fact]
    public async Task One_at_a_time()
    {
        await using var server = await RubatoProcess.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.Api.GetAsync(Path + "?orders=2", method: HttpMethod.Post)));

        Assert.Contains(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, a.ToString()));
        Assert.Contains(answers, a => a.Status == HttpStatusCode.Conflict && a.Text.Contains("on their way", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?orders=0", "expected 1 to 50")]
    [InlineData("?orders=51", "expected 1 to 50")]
    [InlineData("?orders=many", "invalid orders \"many\"")]
    public async Task A_wrong_number_is_refused(string query, string expected)
    {
        await using var server = await RubatoProcess.StartAsync();

        var answer = await server.Api.GetAsync(Path + query, method: HttpMethod.Post);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(expected, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_and_a_GET_make_nothing()
    {
        await using var server = await RubatoProcess.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http, Path));
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Api.GetAsync(Path)).Status);
    }
}
