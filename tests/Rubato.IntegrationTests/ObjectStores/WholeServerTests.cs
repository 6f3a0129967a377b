using Rubato.IntegrationTests.Harness;
using Rubato.Storage.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>The server with its blocks in somebody else's store: what was sent is found, from the store too, before and after restarts.</summary>
public sealed class WholeServerTests(StoreServers servers)
{
    [Theory]
    [InlineData("s3")]
    [InlineData("azure")]
    [InlineData("gcs")]
    public async Task Spans_go_into_the_store_and_come_back(string backend)
    {
        await using var remote = await RemoteStoreUnderTest.CreateAsync(servers, backend);
        using var store = remote.Open();
        await using var server = await RubatoProcess.StartAsync(remote.Configure(new RubatoSettings()));
        var ids = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            var id = Make.TraceId();
            ids.Add(id);
            await server.Otlp.SendAsync(Make.Span(id, 1), Make.Span(id, 2, parent: 1));
            await server.Api.FlushAsync();
        }

        // One more that stays in the log: the next start must tell it from what the store has.
        ids.Add(Make.TraceId());
        await server.Otlp.SendAsync(Make.Span(ids[^1], 1), Make.Span(ids[^1], 2, parent: 1));
        await AssertAllFoundAsync(server, ids);

        var names = await NamesAsync(store);
        Assert.Equal(3, names.Count(name => name.EndsWith("/rubato.json", StringComparison.Ordinal)));
        Assert.Equal(3, names.Count(name => name.EndsWith("/data.parquet", StringComparison.Ordinal)));
        Assert.Equal(3, names.Count(name => name.EndsWith("/index.bin", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(server.BlocksFolder), "nothing belongs into the folder of backend local");
        Assert.Empty(Directory.EnumerateFiles(server.WalFolder, "*.data", SearchOption.AllDirectories));

        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        await AssertAllFoundAsync(server, ids);
        await server.Kill9Async();
        await server.StartAgainAsync();
        await AssertAllFoundAsync(server, ids);
        Assert.DoesNotContain(remote.Secret, server.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(remote.Secret, (await server.Api.GetAsync("/status/config")).Text, StringComparison.Ordinal);
    }

    private static async Task AssertAllFoundAsync(RubatoProcess server, List<string> ids)
    {
        foreach (var id in ids) Assert.Equal(2, (await server.Api.TraceAsync(id)).Count);
        Assert.Equal((ids.Count, ids.Count * 2), await server.Api.CountAsync());
    }

    private static async Task<List<string>> NamesAsync(IObjectStore store)
    {
        var names = new List<string>();
        await foreach (var info in store.ListAsync("", TestContext.Current.CancellationToken)) names.Add(info.Key);
        return names;
    }
}
