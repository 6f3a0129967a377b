using System.Diagnostics;
using System.Net;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Keeping;

/// <summary>What stays when the server goes and comes back.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_graceful_stop_in_the_middle_of_a_load_loses_nothing_and_takes_seconds()
    {
        await using var server = await RubatoProcess.StartAsync();
        using var load = Load.Start(server, spans: 200_000, rate: 20_000, protocol: "grpc");
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.MetricAsync("tempo_distributor_spans_received_total"), n => n > 20_000, "a load under way");
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await server.StopAsync());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"the stop took {clock.Elapsed}");
        await load.EndAsync();

        await server.StartAgainAsync();
        await load.AssertAllAcknowledgedAreFoundOnceAsync(server);
    }

    [Fact]
    public async Task Restart_after_restart_changes_nothing()
    {
        await using var server = await RubatoProcess.StartAsync();
        var ids = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            var id = Make.TraceId();
            ids.Add(id);
            await server.Otlp.SendAsync(Make.Span(id, 1), Make.Span(id, 2, parent: 1));
            if (round == 1) await server.Api.FlushAsync();
            if (round % 2 == 0) await server.StopAsync();
            else await server.Kill9Async();
            await server.StartAgainAsync();
            foreach (var sent in ids) Assert.Equal(2, (await server.Api.TraceAsync(sent)).Count);
            Assert.Equal((ids.Count, ids.Count * 2), await server.Api.CountAsync());
        }
    }

    [Fact]
    public async Task Flush_moves_everything_into_blocks_and_empties_the_wal()
    {
        await using var server = await RubatoProcess.StartAsync();
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id));
        await server.Api.FlushAsync();
        Assert.Single(Directory.GetFiles(server.BlocksFolder, "rubato.json", SearchOption.AllDirectories));
        Assert.Equal(1, await server.Api.MetricAsync("tempo_ingester_blocks_flushed_total"));
        await server.StopAsync();
        await server.StartAgainAsync();
        Assert.Equal(0, await server.Api.MetricAsync("rubato_ingester_recent_spans"));
        Assert.Single(await server.Api.TraceAsync(id));
    }

    [Fact]
    public async Task Flush_of_a_tenant_that_is_not_there_is_404()
    {
        await using var server = await RubatoProcess.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await server.Api.GetAsync("/flush?tenant=nobody")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Api.GetAsync("/flush", method: HttpMethod.Post)).Status);
    }

    [Fact]
    public async Task Shutdown_cuts_everything_into_blocks_and_ends_the_process()
    {
        await using var server = await RubatoProcess.StartAsync();
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id));
        var answer = await server.Api.GetAsync("/shutdown", method: HttpMethod.Post);
        Assert.Equal((HttpStatusCode.OK, "shutdown job acknowledged"), (answer.Status, answer.Text));
        Assert.Equal(0, await server.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Single(Directory.GetFiles(server.BlocksFolder, "rubato.json", SearchOption.AllDirectories));
        await server.StartAgainAsync();
        Assert.Single(await server.Api.TraceAsync(id));
    }

    [Fact]
    public async Task Two_servers_on_one_folder_are_one_too_many()
    {
        await using var server = await RubatoProcess.StartAsync();
        var config = server.Folder + "/second.yaml";
        await File.WriteAllTextAsync(config, new RubatoSettings().ToYaml(server.Folder), TestContext.Current.CancellationToken);
        var second = await ProcessRun.RubatoAsync(server.Folder, "-config.file=" + config);
        Assert.Equal(1, second.ExitCode);
        StartRefusals.AssertOneClearLine(second, server.Folder);

        // The first is not disturbed.
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id));
        Assert.Single(await server.Api.TraceAsync(id));
    }
}
