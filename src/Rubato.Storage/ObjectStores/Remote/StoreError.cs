namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>What a protocol found out about a failed request, before it is put into words.</summary>
/// <param name="Code">The store's own word for it, such as AccessDenied; empty when there was no answer.</param>
/// <param name="Detail">The store's or the system's sentence. Never holds a secret: these come from answers and sockets, not from requests.</param>
public readonly record struct StoreError(StoreFault Fault, int StatusCode, string Code, string Detail);
