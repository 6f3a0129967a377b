using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Ingest.Generator;

namespace Rubato.IntegrationTests.Generating;

/// <summary>One request of remote write over a real socket: tokens, redirects, proxies, answers without end.</summary>
public sealed class RemoteWriteClientTests
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    [Theory]
    [InlineData(400, SendResult.Refused)]
    [InlineData(503, SendResult.Later)]
    public async Task An_answer_whose_body_never_ends_is_its_status(int status, object expected)
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        var url = fakes.Url("endless", async (_, context) =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("because", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        Assert.Equal((SendResult)expected, await SendAsync(Options(url) with { RemoteTimeout = TimeSpan.FromMilliseconds(300) }));
    }

    [Theory]
    [InlineData(true, SendResult.Taken)]
    [InlineData(false, SendResult.Refused)]
    public async Task Redirects_are_followed_with_the_body_unless_forbidden(bool follows, object expected)
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        var target = fakes.Url("target");
        var url = fakes.Url("moved", (_, context) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = target;
            return Task.CompletedTask;
        });
        Assert.Equal((SendResult)expected, await SendAsync(Options(url) with { FollowRedirects = follows }));
        if (follows) Assert.Equal([1, 2, 3], Assert.Single(fakes.Requests("target")).Body);
        else Assert.Empty(fakes.Requests("target"));
    }

    [Fact]
    public async Task A_proxy_gets_the_request_and_reserved_headers_stay()
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        var headers = new Dictionary<string, string> { ["Content-Type"] = "text/plain", ["X-Team"] = "a" };
        Assert.Equal(SendResult.Taken, await SendAsync(Options("http://prometheus.invalid/through") with { ProxyUrl = fakes.Url("") }, headers));
        var request = Assert.Single(fakes.Requests("through"));
        Assert.Equal(("prometheus.invalid", "application/x-protobuf", "a"), (request.Headers["Host"], request.Headers["Content-Type"], request.Headers["X-Team"]));
    }

    [Theory]
    [InlineData(500, "", SendResult.Later)]
    [InlineData(200, "{}", SendResult.Later)]
    [InlineData(200, "no json", SendResult.Later)]
    [InlineData(200, "{\"access_token\":\"t\"}", SendResult.Taken)]
    public async Task Without_a_token_nothing_is_sent_and_samples_wait(int status, string body, object expected)
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        Assert.Equal((SendResult)expected, await SendAsync(Options(fakes.Url("write")) with { OAuth2 = OAuth2(fakes, (_, context) => AnswerAsync(context, status, body)) }));
        Assert.Equal((SendResult)expected == SendResult.Taken ? 1 : 0, fakes.Requests("write").Count);
    }

    [Fact]
    public async Task A_token_server_that_wants_the_client_in_the_body_gets_it_there()
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        var oauth2 = OAuth2(fakes, (number, context) => number == 0 ? AnswerAsync(context, 401, "") : AnswerAsync(context, 200, """{"access_token":"t"}"""));
        Assert.Equal(SendResult.Taken, await SendAsync(Options(fakes.Url("write")) with { OAuth2 = oauth2 }));
        var asked = fakes.Requests("token");
        Assert.Equal("Basic " + Convert.ToBase64String("me:a%20b"u8), asked[0].Headers["Authorization"]);
        Assert.Equal("audience=x&grant_type=client_credentials&client_id=me&client_secret=a+b", System.Text.Encoding.UTF8.GetString(asked[1].Body));
        Assert.Equal("Bearer t", fakes.Requests("write")[0].Headers["Authorization"]);
    }

    private static OAuth2Options OAuth2(FakeEndpoints fakes, Func<int, HttpContext, Task> answer) => new()
    {
        TokenUrl = new Uri(fakes.Url("token", answer)),
        ClientId = "me",
        ClientSecret = "a b",
        EndpointParams = new Dictionary<string, string> { ["audience"] = "x" },
    };

    private static RemoteWriteOptions Options(string url) => new() { Url = new Uri(url), RemoteTimeout = TimeSpan.FromSeconds(20) };

    private static async Task<SendResult> SendAsync(RemoteWriteOptions options, Dictionary<string, string>? headers = null)
    {
        using var client = new RemoteWriteClient(options, TimeProvider.System, NullLogger.Instance);
        return (await client.SendAsync([1, 2, 3], null, headers ?? NoHeaders, 0, TestContext.Current.CancellationToken)).Result;
    }

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
