using System.Net;
using System.Text.Json;
using Google.Protobuf;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Asking;

/// <summary><c>GET /api/rubato/status</c>.</summary>
public sealed class StatusApiTests
{
    private const string Path = "/api/rubato/status";

    [Fact]
    public async Task Tells_what_came_in_what_was_refused_and_what_is_kept()
    {
        await using var server = await RubatoProcess.StartAsync();
        await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId(), 1), Make.Span(Make.TraceId(), 2)]));
        await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId(), 1), Bad()]));

        using var before = JsonDocument.Parse(await server.Api.TextAsync(Path));
        var root = before.RootElement;
        Assert.True(root.GetProperty("ready").GetBoolean());
        Assert.False(root.GetProperty("multitenancy_enabled").GetBoolean());
        Assert.Contains(root.GetProperty("listeners").EnumerateArray(), l => l.GetProperty("name").GetString() == "otlp-grpc" && new Uri(l.GetProperty("address").GetString()!) == server.OtlpGrpcAddress);
        Assert.True(root.GetProperty("store").GetProperty("wal_bytes").GetInt64() > 0);
        Assert.True(root.GetProperty("store").GetProperty("disk_free_bytes").GetInt64() > 0);
        var tenant = Assert.Single(root.GetProperty("tenants").EnumerateArray());
        Assert.Equal(3, tenant.GetProperty("ingest").GetProperty("spans").GetInt64());
        Assert.True(tenant.GetProperty("ingest").GetProperty("spans_per_second").GetDouble() > 0);
        Assert.Equal(1, tenant.GetProperty("ingest").GetProperty("refused").GetProperty("invalid_trace_id").GetInt64());
        Assert.Equal((3L, 0), (tenant.GetProperty("recent").GetProperty("spans").GetInt64(), tenant.GetProperty("blocks").GetProperty("count").GetInt32()));
        Assert.Equal("5000000", tenant.GetProperty("limits").GetProperty("max_bytes_per_trace").GetString());

        await server.Api.GetAsync("/flush");
        using var after = JsonDocument.Parse(await server.Api.TextAsync(Path));
        var blocks = after.RootElement.GetProperty("tenants")[0].GetProperty("blocks");
        Assert.Equal((1, 3L), (blocks.GetProperty("count").GetInt32(), blocks.GetProperty("spans").GetInt64()));
        Assert.Equal(3, Assert.Single(after.RootElement.GetProperty("newest_blocks").EnumerateArray()).GetProperty("spans").GetInt64());
        Assert.Equal(0, after.RootElement.GetProperty("tenants")[0].GetProperty("recent").GetProperty("spans").GetInt64());
        using var none = JsonDocument.Parse(await server.Api.TextAsync(Path + "?blocks=0"));
        Assert.Equal(0, none.RootElement.GetProperty("newest_blocks").GetArrayLength());
    }

    [Fact]
    public async Task A_tenant_sees_itself_and_nobody_else()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true"));
        await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId(), 1)]), tenant: "first");

        Assert.Equal("{\"multitenancy_enabled\":true}", await server.Api.TextAsync(Path));
        var second = await server.Api.TextAsync(Path, "second");
        Assert.DoesNotContain("first", second, StringComparison.Ordinal);
        using var both = JsonDocument.Parse(await server.Api.TextAsync(Path, "first|second"));
        Assert.Equal(["first", "second"], both.RootElement.GetProperty("tenants").EnumerateArray().Select(t => t.GetProperty("name").GetString()!));
        // Asking for a tenant makes no series of it.
        Assert.DoesNotContain("\"second\"", await server.Api.TextAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?blocks=x", null, "invalid blocks \"x\": expected 0 to 1000")]
    [InlineData("?blocks=1001", null, "invalid blocks")]
    [InlineData("", "a/b", "unsupported character")]
    public async Task What_cannot_be_answered_says_why(string query, string? tenant, string expected)
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("multitenancy_enabled", tenant is null ? "false" : "true"));

        var answer = await server.Api.GetAsync(Path + query, tenant: tenant);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(expected, answer.Text, StringComparison.Ordinal);
    }

    private static Span Bad()
    {
        var span = Make.Span(Make.TraceId(), 2);
        span.TraceId = ByteString.CopyFrom(1, 2, 3);
        return span;
    }
}
