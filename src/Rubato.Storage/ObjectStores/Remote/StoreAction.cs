namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>What a request does to the store. Each needs a permission of its own.</summary>
public enum StoreAction
{
    Read,
    Write,
    List,
    Delete,
}
