using System.Globalization;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Testing.ObjectStores;
using Xunit;
using StoreFault = Rubato.Storage.ObjectStores.Remote.StoreFault;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>However many stretches a listing is cut into, it has each name once.</summary>
public sealed class RemoteListingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Every_name_is_listed_once_by_s3(int concurrency)
    {
        await using var server = await FakeStores.StartS3Async(pageSize: 10);
        using var store = FakeStores.OpenS3(server.Address, FakeStores.Quick with { ListConcurrency = concurrency, Prefix = "p" });
        await CheckAsync(store);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Every_name_is_listed_once_by_gcs(int concurrency)
    {
        await using var server = await FakeStores.StartGcsAsync(pageSize: 10);
        using var store = FakeStores.OpenGcs(server.Address, FakeStores.Quick with { ListConcurrency = concurrency, Prefix = "p" });
        await CheckAsync(store);
    }

    [Fact]
    public async Task A_stretch_that_fails_fails_the_listing()
    {
        await using var server = await FakeStores.StartS3Async(pageSize: 10);
        using var store = FakeStores.OpenS3(server.Address, FakeStores.Quick with { ListConcurrency = 4 });
        await FillAsync(store);
        var before = server.Faults.Requests.Count;
        server.Faults.Decide = request => request.Number > before + 5 ? FakeFault.Error(403, "AccessDenied") : null;
        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await KeysAsync(store, "t/"));
        Assert.Equal(StoreFault.Permission, failure.Fault);
    }

    [Fact]
    public async Task Whoever_stops_in_the_middle_leaves_no_requests_behind()
    {
        await using var server = await FakeStores.StartS3Async(pageSize: 10);
        using var store = FakeStores.OpenS3(server.Address, FakeStores.Quick with { ListConcurrency = 4 });
        await FillAsync(store);
        var seen = 0;
        await foreach (var _ in store.ListAsync("t/", Token))
        {
            if (++seen == 25) break;
        }

        var after = server.Faults.Requests.Count;
        Assert.Equal(150, (await KeysAsync(store, "t/")).Count);
        Assert.True(server.Faults.Requests.Count - after <= 25);
    }

    private static async Task CheckAsync(RemoteObjectStore store)
    {
        var names = await FillAsync(store);
        await store.PutAsync("t2/other", "1"u8.ToArray(), Token);
        await store.PutAsync("t/zz not hexadecimal", "1"u8.ToArray(), Token);
        await store.PutAsync("t/8", "1"u8.ToArray(), Token);
        names.AddRange(["t/zz not hexadecimal", "t/8"]);
        Assert.Equal(names.Order(StringComparer.Ordinal), (await KeysAsync(store, "t/")).Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> FillAsync(RemoteObjectStore store)
    {
        var random = new Random(11);
        var names = Enumerable.Range(0, 150).Select(i => string.Create(CultureInfo.InvariantCulture, $"t/{random.Next():x8}-{i}/rubato.json")).ToList();
        foreach (var name in names)
            await store.PutAsync(name, "1"u8.ToArray(), Token);
        return names;
    }

    private static async Task<List<string>> KeysAsync(IObjectStore store, string prefix)
    {
        var keys = new List<string>();
        await foreach (var info in store.ListAsync(prefix, Token))
            keys.Add(info.Key);
        return keys;
    }
}
