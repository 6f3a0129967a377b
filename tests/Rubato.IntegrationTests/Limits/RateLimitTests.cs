using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Limits;

/// <summary>What a sender over its rate is told (spec/limits-and-overrides.md 2.2 and 2.3).</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Over_the_byte_rate_senders_are_told_when_to_come_back()
    {
        await using var server = await RubatoProcess.StartAsync(Limited(rate: 1, burst: 2000));
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), name: new string('x', 900)));

        var grpc = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Span(Make.TraceId(), name: new string('x', 1500))));
        Assert.Equal(StatusCode.ResourceExhausted, grpc.StatusCode);
        Assert.StartsWith("RATE_LIMITED: ingestion rate limit (local: 1 bytes/s, global: 0 bytes/s, burst: 2000 bytes)", grpc.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("single-tenant", grpc.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(5, OtlpGrpc.RetryInfoOf(grpc)!.RetryDelay.Seconds);

        var http = await server.Otlp.PostAsync(Make.Request(Make.Span(Make.TraceId(), name: new string('x', 1500))).ToByteArray());
        Assert.Equal(HttpStatusCode.TooManyRequests, http.Status);
        Assert.Equal("5", http.Headers.RetryAfter!.ToString());
        Assert.Equal(8, http.RpcStatus.Code);
        Assert.StartsWith("RATE_LIMITED: ", http.RpcStatus.Message, StringComparison.Ordinal);

        Assert.Equal(2, await server.Api.MetricAsync("tempo_discarded_spans_total", "reason=\"rate_limited\""));
        Assert.Equal(2, await server.Api.MetricAsync("tempo_receiver_refused_spans"));
        Assert.Equal(1, await server.Api.MetricAsync("tempo_distributor_spans_received_total", "status=\"success\""));
        Assert.Equal((1, 1), await server.Api.CountAsync());
    }

    [Fact]
    public async Task A_batch_larger_than_the_burst_is_told_so()
    {
        await using var server = await RubatoProcess.StartAsync(Limited(rate: 1_000_000, burst: 500));
        var error = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Span(Make.TraceId(), name: new string('x', 600))));
        Assert.StartsWith("RATE_LIMITED: batch size (", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("exceeds ingestion limit (local: 1000000 bytes/s, global: 0 bytes/s, burst: 500 bytes)", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_global_strategy_names_the_global_limit()
    {
        await using var server = await RubatoProcess.StartAsync(Limited(rate: 1000, burst: 500).With("overrides.defaults.ingestion.rate_strategy", "global"));
        var error = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Span(Make.TraceId(), name: new string('x', 600))));
        Assert.Contains("(local: 1000 bytes/s, global: 1000 bytes/s, burst: 500 bytes)", error.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("distributor.retry_after_on_resource_exhausted", "0s")]
    [InlineData("overrides.defaults.ingestion.retry_info_enabled", "false")]
    public async Task Without_the_hint_nothing_is_said_about_retries(string key, string value)
    {
        await using var server = await RubatoProcess.StartAsync(Limited(rate: 1, burst: 10).With(key, value));
        var grpc = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Span(Make.TraceId())));
        Assert.Equal(StatusCode.ResourceExhausted, grpc.StatusCode);
        Assert.Null(OtlpGrpc.RetryInfoOf(grpc));
        var http = await server.Otlp.PostAsync(Make.Request(Make.Span(Make.TraceId())).ToByteArray());
        Assert.Equal((HttpStatusCode.TooManyRequests, null), (http.Status, http.Headers.RetryAfter));
    }

    [Fact]
    public async Task The_guides_rate_limiting_counts_spans()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("distributor.rate_limiting.enabled", "true").With("distributor.rate_limiting.rate", "0.001").With("distributor.rate_limiting.burst", "3"));
        var id = Make.TraceId();
        await server.Grpc.SendAsync(Make.Span(id, 1), Make.Span(id, 2));
        var error = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Span(id, 3), Make.Span(id, 4)));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.StartsWith("RATE_LIMITED: span rate limit (0.001 spans/s, burst: 3 spans) exceeded while adding 2 spans", error.Status.Detail, StringComparison.Ordinal);
        await server.Grpc.SendAsync(Make.Span(id, 5));
        Assert.Equal(3, (await server.Api.TraceAsync(id)).Count);
    }

    [Fact]
    public async Task A_tenants_own_rate_comes_from_the_overrides_file_and_holds_when_that_changes()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "overrides.yaml");
        await File.WriteAllTextAsync(file, "overrides: {small: {ingestion: {rate_limit_bytes: 1, burst_size_bytes: 10}}}", TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("multitenancy_enabled", "true").With("overrides.per_tenant_override_config", file).With("overrides.per_tenant_override_period", "100ms"));
        await server.Grpc.SendAsync(Make.Request(Make.Span(Make.TraceId())), "large");
        await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Request(Make.Span(Make.TraceId())), "small"));

        await File.WriteAllTextAsync(file, "overrides: {small: {ingestion: {rate_limit_bytes: 100000, burst_size_bytes: 100000}}}", TestContext.Current.CancellationToken);
        await Within.Get(TimeSpan.FromSeconds(20), SendSmallAsync, good => good, "the new limits");

        async Task<bool> SendSmallAsync()
        {
            try
            {
                await server.Grpc.SendAsync(Make.Request(Make.Span(Make.TraceId())), "small");
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return false;
            }
        }
    }

    private static RubatoSettings Limited(long rate, long burst) => new RubatoSettings()
        .With("overrides.defaults.ingestion.rate_limit_bytes", $"{rate}").With("overrides.defaults.ingestion.burst_size_bytes", $"{burst}");
}
