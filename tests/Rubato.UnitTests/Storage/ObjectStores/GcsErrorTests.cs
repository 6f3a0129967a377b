using Rubato.Storage.ObjectStores.Remote;
using Rubato.Testing.ObjectStores;
using Xunit;
using StoreFault = Rubato.Storage.ObjectStores.Remote.StoreFault;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>Google's refusals in words, and uploads whose answers get lost.</summary>
public sealed class GcsErrorTests : IAsyncLifetime
{
    private FakeGcsServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeStores.StartGcsAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(401, "authError", StoreFault.Credentials, "does not accept the credentials")]
    [InlineData(403, "forbidden", StoreFault.Permission, "Allow storage.objects.create")]
    [InlineData(400, "invalid", StoreFault.Refused, "a fault of the test")]
    public async Task A_refusal_is_explained(int status, string reason, StoreFault fault, string words)
    {
        using var store = FakeStores.OpenGcs(_server.Address);
        _server.Faults.Decide = _ => FakeFault.Error(status, reason);

        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.PutAsync("t/x", "1"u8.ToArray(), Token));

        Assert.Equal(fault, failure.Fault);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Single(_server.Faults.Requests);
    }

    [Theory]
    [InlineData(403, "rateLimitExceeded")]
    [InlineData(429, "")]
    [InlineData(503, "backendError")]
    public async Task What_may_pass_is_tried_again(int status, string reason)
    {
        using var store = FakeStores.OpenGcs(_server.Address);
        _server.Faults.Decide = request => request.Number < 2 ? FakeFault.Error(status, reason) : null;
        await store.PutAsync("t/x", "1"u8.ToArray(), Token);
        Assert.Equal(3, _server.Faults.Requests.Count);
    }

    [Fact]
    public async Task A_missing_bucket_is_told_from_a_missing_object()
    {
        using var store = FakeStores.OpenGcs(_server.Address, change: gcs => gcs with { Bucket = "no-such-bucket" });
        foreach (var act in (Func<Task>[])
                 [
                     async () => await store.GetAsync("t/x", Token),
                     async () => await store.HeadAsync("t/x", Token),
                     async () => await store.DeleteAsync("t/x", Token),
                     async () => await store.PutAsync("t/x", "1"u8.ToArray(), Token),
                 ])
            Assert.Equal(StoreFault.BucketMissing, (await Assert.ThrowsAsync<ObjectStoreException>(act)).Fault);
    }

    [Fact]
    public async Task A_resumable_upload_goes_on_where_it_was_after_each_lost_answer()
    {
        using var store = FakeStores.OpenGcs(_server.Address, FakeStores.Quick with { MaxAttempts = 5 });
        var content = new byte[(5 << 20) + 123];
        new Random(6).NextBytes(content);
        // Every third request is done, but nobody hears of it; the last one of the upload among them.
        _server.Faults.Decide = request => request.Verb == "PUT" && request.Number % 3 == 2 ? new FakeFault { LosesAnswer = true } : null;

        await store.PutAsync("t/x", new MemoryStream(content), Token);

        Assert.Equal(content, _server.Find("t/x")!.Content);
    }

    [Fact]
    public async Task Metadata_and_cache_control_go_with_every_object()
    {
        using var store = FakeStores.OpenGcs(_server.Address, change: gcs => gcs with { CacheControl = "no-store", Metadata = new Dictionary<string, string> { ["owner"] = "tempo" } });
        await store.PutAsync("t/small", "1"u8.ToArray(), Token);
        await store.PutAsync("t/large", new MemoryStream(new byte[3 << 20]), Token);
        foreach (var key in (string[])["t/small", "t/large"])
            Assert.Equal(("no-store", "tempo"), (_server.Find(key)!.Metadata["cacheControl"], _server.Find(key)!.Metadata["owner"]));
    }
}
