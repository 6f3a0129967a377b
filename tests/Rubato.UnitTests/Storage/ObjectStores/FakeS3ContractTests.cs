using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Testing.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>The contract over S3 with conditional puts. That the fake is like a real S3, SwiftContractTests checks by the same suite.</summary>
public sealed class FakeS3ContractTests : ObjectStoreContract, IAsyncLifetime
{
    private FakeS3Server? _server;
    private RemoteObjectStore? _store;

    protected override IObjectStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeStores.StartS3Async();
        _store = FakeStores.OpenS3(_server.Address, FakeStores.Quick with { Prefix = "/some/folder/" });
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _server!.OpenUploads);
        Assert.All(_server.Keys, key => Assert.StartsWith("some/folder/", key, StringComparison.Ordinal));
        _store?.Dispose();
        await _server.DisposeAsync();
    }
}
