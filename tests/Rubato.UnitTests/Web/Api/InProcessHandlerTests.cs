using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Rubato.Web.Api;
using Xunit;

namespace Rubato.UnitTests.Web.Api;

public sealed class InProcessHandlerTests
{
    [Fact]
    public async Task SendAsync_OfAGet_GivesStatusHeadersAndBody()
    {
        using var http = Client(async context =>
        {
            context.Response.StatusCode = 418;
            context.Response.ContentType = "text/plain";
            context.Response.Headers["X-Rubato-Blocks"] = "7";
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path.Value}{context.Request.QueryString} as {context.Request.Headers["X-Scope-OrgID"]}");
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/search/tag/a%2Fb%20c/values?q=%7B%20%7D");
        request.Headers.Add("X-Scope-OrgID", "one");

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode)418, response.StatusCode);
        Assert.Equal("7", response.Headers.GetValues("X-Rubato-Blocks").Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("GET /api/search/tag/a%2Fb c/values?q=%7B%20%7D as one", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SendAsync_OfAPost_GivesThePipelineTheBody()
    {
        using var http = Client(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.ContentType}: {await reader.ReadToEndAsync()}");
        });

        using var response = await http.PostAsync("api/rubato/convert", new StringContent("{}", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal("application/json; charset=utf-8: {}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SendAsync_OfAStreamedAnswer_GivesTheBeginningBeforeTheEnd()
    {
        var goOn = new TaskCompletionSource();
        using var http = Client(async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await goOn.Task;
            await context.Response.WriteAsync("second");
        });

        using var response = await http.GetAsync("api/search", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var bytes = new byte[5];
        await body.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        goOn.SetResult();
        using var rest = new StreamReader(body);

        Assert.Equal(("first", "second"), (Encoding.UTF8.GetString(bytes), await rest.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task SendAsync_WhoseAnswerIsDropped_AbortsTheRequest()
    {
        var aborted = new TaskCompletionSource();
        using var http = Client(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await aborted.Task;
        });

        var response = await http.GetAsync("api/search", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.Dispose();

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task SendAsync_ThatIsCancelled_AbortsTheRequest()
    {
        var aborted = new TaskCompletionSource();
        var running = new TaskCompletionSource();
        using var http = Client(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            running.SetResult();
            await aborted.Task;
        });
        using var cancel = new CancellationTokenSource();

        var answer = http.GetAsync("api/search", cancel.Token);
        await running.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task SendAsync_WhosePipelineFails_SaysWhy()
    {
        using var http = Client(_ => throw new InvalidOperationException("no such luck"));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("api/search", TestContext.Current.CancellationToken));

        Assert.Contains("no such luck", error.Message, StringComparison.Ordinal);
    }

    private static HttpClient Client(RequestDelegate answer)
    {
        var pipeline = new InProcessPipeline();
        pipeline.Set(answer);
        var services = new ServiceCollection().BuildServiceProvider();
        return new HttpClient(new InProcessHandler(pipeline, services.GetRequiredService<IServiceScopeFactory>())) { BaseAddress = new Uri("http://localhost/") };
    }
}
