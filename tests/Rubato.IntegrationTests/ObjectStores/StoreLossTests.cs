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
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.GetAsync("/api/v2/traces/" + stored), a => a.Text.Contains("not asked, since it failed", StringComparison.Ordinal), "a circuit that is open");
        Assert.Equal(1, await server.Api.MetricAsync("rubato_backend_circuit_open", "backend=\"s3\""));
        Assert.Equal(0, await server.Api.MetricAsync("rubato_blocks_quarantined_total"));

        await AssertRecoversAsync(server, stored, recent);
    }

    [Fact]
    public async Task A_store_that_takes_requests_and_never_answers_holds_up_one_query_and_no_span()
    {
        await using var server = await RubatoProcess.StartAsync(Settings());
        var stored = await SendAsync(server);
        await server.Api.FlushAsync();
        await server.StopAsync();
        await server.StartAgainAsync();
        var never = new TaskCompletionSource();
        _fake.Faults.Decide = _ => new FakeFault { Until = never.Task };

        // Whoever asks first waits until it is clear that nobody answers: four tries of 5 s. Spans go on being taken meanwhile.
        var first = SearchAllAsync(server);
        var recent = await SendAsync(server);
        var asked = await first;
        Assert.True(asked is { Status: HttpStatusCode.OK, Incomplete: not null }, asked.ToString());
        Assert.Equal(1, await server.Api.MetricAsync("rubato_backend_circuit_open", "backend=\"s3\""));

        // From then on nobody waits, and what is here is answered.
        var requests = _fake.Faults.Requests.Count;
        var second = await SearchAllAsync(server);
        Assert.True(second is { Status: HttpStatusCode.OK, Incomplete: not null }, second.ToString());
        Assert.Contains(recent.TrimStart('0'), second.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.Api.GetAsync("/flush")).Status);
        Assert.True(_fake.Faults.Requests.Count - requests <= 2, "a store that does not answer was asked again and again");
        var known = await server.Api.GetAsync("/api/v2/traces/" + await SendAsync(server), "application/json");
        Assert.True(known is { Status: HttpStatusCode.OK, Incomplete: not null } && known.Text.Contains("resourceSpans", StringComparison.Ordinal), known.ToString());

        never.SetResult();
        _fake.Faults.Decide = _ => null;
        await Within.Get(TimeSpan.FromSeconds(30), () => SearchAllAsync(server), a => a.Incomplete is null, "an answer from the store that is back");
        Assert.Equal((3, 6L), await server.Api.CountAsync());
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.GetAsync("/flush"), a => a.Status == HttpStatusCode.NoContent, "a flush into the store that is back");
        Assert.Equal((3, 6L), await server.Api.CountAsync());
        Assert.Equal(2, (await server.Api.TraceAsync(stored)).Count);
    }

    [Fact]
    public async Task A_slow_store_slows_and_nothing_else()
    {
        await using var server = await RubatoProcess.StartAsync(Settings()
            .With("storage.trace.s3.hedge_requests_at", "100ms").With("storage.trace.s3.hedge_requests_up_to", "2"));
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await SendAsync(server));
            await server.Api.FlushAsync();
        }

        await server.StopAsync();
        await server.StartAgainAsync();
        // As slow as a store is on a bad day. No clock is asserted: everything is right, that is all.
        _fake.Faults.Decide = _ => new FakeFault { Until = Task.Delay(TimeSpan.FromMilliseconds(300)) };
        ids.Add(await SendAsync(server));
        await AssertFoundAsync(server, [.. ids]);
        await server.Api.FlushAsync();
        await AssertFoundAsync(server, [.. ids]);
        Assert.True(await server.Api.MetricAsync("tempodb_backend_hedged_roundtrips_total") >= 1);
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

    private static Task<ApiAnswer> SearchAllAsync(RubatoProcess server) => server.Api.GetAsync($"/api/search?q=%7B%7D&{TempoApi.WideRange()}");

    private async Task AssertRecoversAsync(RubatoProcess server, params string[] ids)
    {
        _fake.Faults.Decide = _ => null;
        await Within.Get(TimeSpan.FromSeconds(30), () => SearchAllAsync(server), a => a is { Status: HttpStatusCode.OK, Incomplete: null }, "an answer from the store that is back");
        await AssertFoundAsync(server, ids);
        Assert.Equal(0, await server.Api.MetricAsync("rubato_backend_circuit_open", "backend=\"s3\""));
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
