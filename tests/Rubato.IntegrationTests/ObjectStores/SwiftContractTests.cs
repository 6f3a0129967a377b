using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Storage.ObjectStores.S3;
using Rubato.UnitTests.Storage.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>The contract over S3, against OpenStack Swift's S3 face: a store that runs in production elsewhere.</summary>
public sealed class SwiftContractTests(StoreServers servers) : ObjectStoreContract, IAsyncLifetime
{
    private const string Bucket = "contract";
    private RemoteObjectStore? _store;

    protected override IObjectStore Store => _store!;

    // Swift has them, its S3 face passes them on to nobody and says 501.
    protected override bool CreatesConditionally => false;

    protected override int ListedAtOnce => 100;

    public async ValueTask InitializeAsync()
    {
        var address = await servers.SwiftAsync();
        await Buckets.CreateAsync(address, Bucket);
        _store = Open(address);
    }

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return ValueTask.CompletedTask;
    }

    // A prefix of its own for each test: as good as an empty bucket, and the prefix is tested with it.
    private static RemoteObjectStore Open(Uri address)
    {
        var http = new StoreHttp(null, TimeProvider.System);
        var options = new S3StoreOptions
        {
            Bucket = Bucket,
            Endpoint = address.AbsoluteUri,
            Region = "us-east-1",
            AccessKey = Buckets.SwiftUser,
            SecretKey = Buckets.SwiftKey,
            PartBytes = 5 << 20,
        };
        var protocol = new S3Protocol(options, http, _ => null, TimeProvider.System);
        return new RemoteObjectStore(
            protocol, http, new RemoteStoreOptions { Prefix = "test-" + Guid.NewGuid().ToString("N") }, TimeProvider.System, new Random(1), NullLogger<RemoteObjectStore>.Instance);
    }
}
