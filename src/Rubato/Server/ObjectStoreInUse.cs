using Rubato.Storage.ObjectStores;

namespace Rubato.Server;

/// <summary>The store as everybody uses it, and what a person wants to know of it.</summary>
/// <param name="Owned">Ends with the store; null where nothing has to.</param>
/// <param name="Place">Which bucket or folder, where.</param>
/// <param name="Credentials">Where they were found; empty for a local folder. Never themselves.</param>
internal sealed record ObjectStoreInUse(IObjectStore Store, IDisposable? Owned, string Place, string Credentials) : IDisposable
{
    public void Dispose() => Owned?.Dispose();
}
