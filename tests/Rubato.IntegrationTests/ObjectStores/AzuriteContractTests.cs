using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Azure;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.UnitTests.Storage.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>The contract over Azure Blob Storage, against Microsoft's emulator.</summary>
public sealed class AzuriteContractTests(StoreServers servers) : ObjectStoreContract, IAsyncLifetime
{
    private const string Container = "contract";
    private RemoteObjectStore? _store;

    protected override IObjectStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        var address = await servers.AzuriteAsync();
        await Buckets.CreateContainerAsync(address, Container);
        var http = new StoreHttp(null, TimeProvider.System);
        var options = new AzureStoreOptions
        {
            Container = Container,
            AccountName = Buckets.AzuriteAccount,
            AccountKey = Buckets.AzuriteKey,
            EndpointSuffix = address.Authority,
            PartBytes = 1 << 20,
        };
        // A prefix of its own for each test: as good as an empty container, and the prefix is tested with it.
        _store = new RemoteObjectStore(
            new AzureProtocol(options, http, _ => null, TimeProvider.System), http,
            new RemoteStoreOptions { Prefix = "test-" + Guid.NewGuid().ToString("N") }, TimeProvider.System, new Random(1), NullLogger<RemoteObjectStore>.Instance);
    }

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return ValueTask.CompletedTask;
    }
}
