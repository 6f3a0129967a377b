using Rubato.Storage.ObjectStores;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>The fake that other tests trust keeps the same promises.</summary>
public sealed class MemoryObjectStoreTests : ObjectStoreContract
{
    protected override IObjectStore Store { get; } = new MemoryObjectStore(TimeProvider.System);
}
