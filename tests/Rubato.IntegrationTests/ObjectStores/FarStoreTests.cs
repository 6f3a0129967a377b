using System.Diagnostics;
using System.Net;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>
/// Queries over blocks in a store that takes 30 ms for each request: requests run side by side. What it prints is in docs/internals/far-stores.md.
/// </summary>
public sealed class FarStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(30);

    private readonly FakeS3Server _fake = new("traces", TimeProvider.System) { KeyId = "key" };
    private readonly Lock _gate = new();
    private int _requests;
    private int _inFlight;
    private int _mostInFlight;
    private int _rounds;

    public async ValueTask InitializeAsync() => await _fake.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Fact]
    public async Task A_query_over_far_blocks_does_not_ask_one_thing_after_the_other()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("storage.trace.backend", "s3").With("storage.trace.s3.bucket", "traces").With("storage.trace.s3.endpoint", _fake.Address.Authority)
            .With("storage.trace.s3.insecure", "true").With("storage.trace.s3.access_key", "key").With("storage.trace.s3.secret_key", "secret")
            .With("ingester.max_block_bytes", "500000").With("ingester.flush_check_period", "50ms").With("compactor.compaction.compaction_cycle", "1h"));
        using (var load = Load.Start(server, spans: 30_000, rate: 10_000))
            await load.EndAsync();
        await server.Api.FlushAsync();
        for (var i = 0; i < 8; i++)
        {
            var id = Make.TraceId();
            await server.Otlp.SendAsync(Make.Span(id, 1), Make.Span(id, 2, parent: 1));
            await server.Api.FlushAsync();
        }

        var blocks = _fake.Keys.Count(key => key.EndsWith("/rubato.json", StringComparison.Ordinal));
        Assert.True(blocks >= 8, $"only {blocks} blocks");
        var known = (await server.Api.SearchIdsAsync("{ }"))[0];
        // Nothing of the blocks is in memory after a new start.
        await server.StopAsync();
        await server.StartAgainAsync();
        _fake.Faults.Decide = _ => new FakeFault { Until = TravelAsync() };

        var table = new List<string>
        {
            $"{blocks} blocks, {Latency.TotalMilliseconds:0} ms a request",
            "| question | state | requests | one after the other | rounds | most at a time | read, KB | time, ms |",
            "|---|---|---|---|---|---|---|---|",
        };
        var search = "/api/search?limit=20&" + TempoApi.WideRange() + "&q=";
        await AskAsync("missing string", search + Uri.EscapeDataString("{ span.http.request_id = \"no-such\" }"));
        await AskAsync("regex without a match", search + Uri.EscapeDataString("{ span.http.url =~ \".*zzz9.*\" }"));
        await AskAsync("rare attribute", search + Uri.EscapeDataString("{ span.app.rare.7 = \"v3\" }"));
        await AskAsync("newest 20 of all", search + Uri.EscapeDataString("{ }"));
        await AskAsync("trace by id, hit", "/api/v2/traces/" + known);
        await AskAsync("trace by id, miss", "/api/v2/traces/" + Make.TraceId());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', table));

        async Task AskAsync(string name, string path)
        {
            foreach (var state in (string[])["cold or as left", "again"])
            {
                var bytes = await server.Api.MetricAsync("rubato_backend_bytes_total", "direction=\"read\"");
                Begin();
                var clock = Stopwatch.StartNew();
                var answer = await server.Api.GetAsync(path);
                var elapsed = clock.Elapsed;
                Assert.True(answer is { Status: HttpStatusCode.OK, Incomplete: null }, answer.ToString());
                var read = await server.Api.MetricAsync("rubato_backend_bytes_total", "direction=\"read\"") - bytes;
                lock (_gate)
                {
                    table.Add($"| {name} | {state} | {_requests} | {_requests * Latency.TotalMilliseconds:0} ms | {_rounds} | {_mostInFlight} | {read / 1024:0} | {elapsed.TotalMilliseconds:0} |");
                    // Counted, not timed: rounds in which at least one request was under way, and between which none was.
                    if (_requests > 8) Assert.True(_rounds * 3 <= _requests * 2 && _mostInFlight > 2, string.Join('\n', table));
                }
            }
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            _requests = 0;
            _rounds = 0;
            _mostInFlight = _inFlight;
        }
    }

    private async Task TravelAsync()
    {
        lock (_gate)
        {
            _requests++;
            if (_inFlight++ == 0) _rounds++;
            _mostInFlight = Math.Max(_mostInFlight, _inFlight);
        }

        await Task.Delay(Latency);
        lock (_gate) _inFlight--;
    }
}
