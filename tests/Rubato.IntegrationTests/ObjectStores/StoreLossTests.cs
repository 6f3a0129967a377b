using System.Net;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>A store that goes away, in part or whole, under a running server: nothing is lost, nothing is wrong, and somebody says so.</summary>
public sealed class StoreLossTests : IAsyncLifetime
{
    private readonly FakeS3Server _fake = new("traces", TimeProvider.System) { KeyId = "key" };

    public async ValueTask InitializeAsync() => await _fake.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Fact]
    public async Task Without_the_permission_to_write_spans_stay_in_the_log_and_are_tried_again()
    {
        await using var server = await RubatoProcess.StartAsync(Settings());
        var first = await SendAsync(server);
        await server.Api.FlushAsync();
        _fake.Faults.Decide = request => request.Verb is "PUT" or "POST" ? FakeFault.Error(403, "AccessDenied", "Access Denied") : null;

        var second = await SendAsync(server);
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.Api.GetAsync("/flush")).Status);
        Assert.True(await server.Api.MetricAsync("tempo_ingester_failed_flushes_total") >= 1);
        Assert.True(await server.Api.MetricAsync("tempo_storage_errors_total", "operation=\"write\"") >= 1);
        Assert.True(server.Log.Contains("Allow s3:PutObject"), "the log does not say what is missing");
        await AssertFoundAsync(server, first, second);

        // Reading is enough to start again.
        await server.Kill9Async();
        await server.StartAgainAsync();
        await AssertFoundAsync(server, first, second);

        _fake.Faults.Decide = _ => null;
        await server.Api.FlushAsync();
        Assert.Equal(2, _fake.Keys.Count(key => key.EndsWith("/rubato.json", StringComparison.Ordinal)));
        await server.Kill9Async();
        await server.StartAgainAsync();
        Assert.Equal(0, await server.Api.MetricAsync("rubato_ingester_recent_spans"));
        await AssertFoundAsync(server, first, second);
    }

    [Fact]
    public async Task While_the_store_is_down_answers_say_that_they_are_incomplete_and_afterwards_they_are_whole()
    {
        await using var server = await RubatoProcess.StartAsync(Settings());
        var stored = await SendAsync(server);
        await server.Api.FlushAsync();
        // Nothing of the block is in memory after a new start.
        await server.StopAsync();
        await server.StartAgainAsync();
        var recent = await SendAsync(server);
        _fake.Faults.Decide = _ => FakeFault.Error(500, "InternalError", "We encountered an internal error.");

        var absent = await server.Api.GetAsync("/api/v2/traces/" + stored);
        Assert.True(absent.Incomplete is not null || absent.Status == HttpStatusCode.InternalServerError, absent.ToString());
        Assert.NotEqual(HttpStatusCode.NotFound, absent.Status);
        var search = await server.Api.GetAsync($"/api/search?q=%7B%7D&{TempoApi.WideRange()}");
        Assert.Equal(HttpStatusCode.OK, search.Status);
        Assert.NotNull(search.Incomplete);
        Assert.Contains(recent.TrimStart('0'), search.Text, StringComparison.Ordinal);
        Assert.Equal(1, await server.Api.MetricAsync("rubato_backend_circuit_open", "backend=\"s3\""));
        Assert.Equal(0, await server.Api.MetricAsync("rubato_blocks_quarantined_total"));

        _fake.Faults.Decide = _ => null;
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.GetAsync("/api/v2/traces/" + stored), a => a is { Status: HttpStatusCode.OK, Incomplete: null }, "an answer from the store that is back");
        await AssertFoundAsync(server, stored, recent);
        Assert.Equal(0, await server.Api.MetricAsync("rubato_backend_circuit_open", "backend=\"s3\""));
    }

    [Fact]
    public async Task A_bucket_that_is_deleted_is_named()
    {
        await using var server = await RubatoProcess.StartAsync(Settings());
        _fake.Faults.Decide = _ => FakeFault.Error(404, "NoSuchBucket", "The specified bucket does not exist");
        var id = await SendAsync(server);
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.Api.GetAsync("/flush")).Status);
        Assert.True(server.Log.Contains("there is no such bucket"), "the log does not name the missing bucket");
        await AssertFoundAsync(server, id);
    }

    private RubatoSettings Settings() => new RubatoSettings()
        .With("storage.trace.backend", "s3")
        .With("storage.trace.s3.bucket", "traces")
        .With("storage.trace.s3.endpoint", _fake.Address.Authority)
        .With("storage.trace.s3.insecure", "true")
        .With("storage.trace.s3.access_key", "key")
        .With("storage.trace.s3.secret_key", "secret")
        .With("storage.trace.s3.retry_backoff_initial", "10ms")
        .With("storage.trace.s3.retry_backoff_max", "20ms");

    private static async Task<string> SendAsync(RubatoProcess server)
    {
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id, 1), Make.Span(id, 2, parent: 1));
        return id;
    }

    private static async Task AssertFoundAsync(RubatoProcess server, params string[] ids)
    {
        foreach (var id in ids) Assert.Equal(2, (await server.Api.TraceAsync(id)).Count);
        Assert.Equal((ids.Length, ids.Length * 2), await server.Api.CountAsync());
    }
}
