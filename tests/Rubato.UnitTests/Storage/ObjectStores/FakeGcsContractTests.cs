using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Testing.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>The contract over Google's JSON API. That the fake is like Google's, its own client for Node checks (GcsFakeTests).</summary>
public sealed class FakeGcsContractTests : ObjectStoreContract, IAsyncLifetime
{
    private FakeGcsServer? _server;
    private RemoteObjectStore? _store;

    protected override IObjectStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        // Takes less than a part at once, as the real one may.
        _server = await FakeStores.StartGcsAsync(takesAtOnce: 768 << 10);
        _store = FakeStores.OpenGcs(_server.Address, FakeStores.Quick with { Prefix = "some/folder" });
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _server!.OpenUploads);
        _store?.Dispose();
        await _server.DisposeAsync();
    }
}
