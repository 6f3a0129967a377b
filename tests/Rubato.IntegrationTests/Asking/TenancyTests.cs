using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>With multitenancy: the header is required, tenants do not see each other, and several can be read at once.</summary>
public sealed class TenancyTests : IAsyncLifetime
{
    private RubatoProcess? _server;

    private RubatoProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await RubatoProcess.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true"));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_tenant_nothing_is_taken_and_nothing_told()
    {
        var request = Make.Request(Make.Span(Make.TraceId()));
        var http = await Server.Otlp.PostAsync(request.ToByteArray());
        Assert.Equal((HttpStatusCode.Unauthorized, 16, "no org id"), (http.Status, http.RpcStatus.Code, http.RpcStatus.Message));
        var grpc = await Assert.ThrowsAsync<RpcException>(() => Server.Grpc.SendAsync(request));
        Assert.Equal((StatusCode.Unauthenticated, "no org id"), (grpc.StatusCode, grpc.Status.Detail));
        foreach (var path in (string[])["/api/traces/1", "/api/v2/traces/1", "/api/search?q=%7B%7D", "/api/search/tags", "/api/v2/search/tags", "/api/search/tag/x/values", "/api/v2/search/tag/.x/values"])
        {
            var answer = await Server.Api.GetAsync(path);
            Assert.Equal((HttpStatusCode.Unauthorized, "no org id\n"), (answer.Status, answer.Text));
        }

        Assert.Equal(HttpStatusCode.OK, (await Server.Api.GetAsync("/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Server.Api.GetAsync("/metrics")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Server.Api.GetAsync("/status/services")).Status);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a|b")]
    public async Task A_tenant_that_cannot_be_written_is_400(string tenant)
    {
        var http = await Server.Otlp.PostAsync(Make.Request(Make.Span(Make.TraceId())).ToByteArray(), tenant: tenant);
        Assert.Equal((HttpStatusCode.BadRequest, 3), (http.Status, http.RpcStatus.Code));
        var grpc = await Assert.ThrowsAsync<RpcException>(() => Server.Grpc.SendAsync(Make.Request(Make.Span(Make.TraceId())), tenant));
        Assert.Equal(StatusCode.InvalidArgument, grpc.StatusCode);
    }

    [Fact]
    public async Task Tenants_are_apart_and_can_be_read_together()
    {
        var (red, blue) = (Make.TraceId(), Make.TraceId());
        await Server.Otlp.SendAsync(Make.Request(Make.Span(red, attributes: Make.Attribute("only.red", 1))), "red");
        await Server.Grpc.SendAsync(Make.Request(Make.Span(blue, attributes: Make.Attribute("only.blue", 1))), "blue");
        async Task AssertApartAsync()
        {
            Assert.Single(await Server.Api.TraceAsync(red, "red"));
            Assert.Empty(await Server.Api.TraceAsync(red, "blue"));
            Assert.Equal([red], await Server.Api.SearchIdsAsync("{ }", tenant: "red"));
            Assert.Equal([blue], await Server.Api.SearchIdsAsync("{ }", tenant: "blue"));
            Assert.Empty(await Server.Api.SearchIdsAsync("{ }", tenant: "green"));
            Assert.Equal(new[] { red, blue }.Order(), (await Server.Api.SearchIdsAsync("{ }", tenant: "red|blue|red")).Order());
            Assert.Single(await Server.Api.TraceAsync(blue, "blue|red"));
            var tags = await Server.Api.TextAsync("/api/search/tags?" + TempoApi.WideRange(), "red");
            Assert.Contains("only.red", tags, StringComparison.Ordinal);
            Assert.DoesNotContain("only.blue", tags, StringComparison.Ordinal);
        }

        await AssertApartAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await Server.Api.GetAsync("/flush?tenant=red")).Status);
        Assert.Single(Directory.GetDirectories(Path.Combine(Server.BlocksFolder, "red")));
        Assert.False(Directory.Exists(Path.Combine(Server.BlocksFolder, "blue")));
        await AssertApartAsync();
        await Server.Api.FlushAsync();
        await AssertApartAsync();
        await Server.Kill9Async();
        await Server.StartAgainAsync();
        await AssertApartAsync();
    }
}
