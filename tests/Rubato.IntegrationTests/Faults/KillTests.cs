using Rubato.IntegrationTests.Harness;
using Rubato.Storage;

namespace Rubato.IntegrationTests.Faults;

/// <summary>After <c>kill -9</c>, whenever it comes, every acknowledged span is found, and found once.</summary>
public sealed class KillTests
{
    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task In_the_middle_of_a_load(string protocol)
    {
        await using var server = await RubatoProcess.StartAsync();
        using var load = Load.Start(server, spans: 400_000, rate: 20_000, protocol);
        await Within.Get(TimeSpan.FromSeconds(30), () => Task.FromResult(load.AcknowledgedSpans), n => n > 30_000, "a load under way");
        await server.Kill9Async();
        await load.EndAsync();

        await server.StartAgainAsync();
        await load.AssertAllAcknowledgedAreFoundOnceAsync(server);
    }

    [Fact]
    public async Task In_the_middle_of_a_load_that_is_cut_into_blocks_all_the_time()
    {
        await using var server = await RubatoProcess.StartAsync(RubatoSettings.EagerCutting());
        using var load = Load.Start(server, spans: 400_000, rate: 10_000);
        await Within.Get(TimeSpan.FromSeconds(60), () => server.Api.MetricAsync("tempo_ingester_blocks_flushed_total"), n => n >= 3, "blocks");
        await server.Kill9Async();
        await load.EndAsync();

        await server.StartAgainAsync();
        await load.AssertAllAcknowledgedAreFoundOnceAsync(server);
        await server.Api.FlushAsync();
        await load.AssertAllAcknowledgedAreFoundOnceAsync(server);
    }

    public static TheoryData<string> FaultPoints => [.. Storage.FaultPoints.Names];

    [Theory]
    [MemberData(nameof(FaultPoints))]
    public async Task At_a_step_of_keeping_and_cutting(string step)
    {
        var settings = RubatoSettings.EagerCutting();
        settings.Environment["RUBATO_FAULT_POINT"] = step;
        // The first point kills at the first request: give it something to have been acknowledged before.
        var fromStart = step != Storage.FaultPoints.AfterWalAppend;
        await using var server = await RubatoProcess.StartAsync(fromStart ? settings : RubatoSettings.EagerCutting());
        var sent = new SentSpans();
        if (!fromStart)
        {
            await sent.SendAsync(server, requests: 20);
            await server.StopAsync();
            server.Settings.Environment["RUBATO_FAULT_POINT"] = step;
            await server.StartAgainAsync();
        }

        // Long traces that get a span with each request: some of them are carried over every cut.
        await sent.SendUntilTheServerDiesAsync(server);
        await server.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.NotEqual(0, sent.Acknowledged);

        server.Settings.Environment.Remove("RUBATO_FAULT_POINT");
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after the crash");
        await server.Api.FlushAsync();
        await sent.AssertFoundOnceAsync(server, "after a flush");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after another restart");
    }
}
