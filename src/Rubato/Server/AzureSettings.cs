using Rubato.Configuration.Options;
using Rubato.Storage.ObjectStores.Azure;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Server;

/// <summary>From the keys of <c>storage.trace.azure</c> to what the storage project takes.</summary>
internal static class AzureSettings
{
    public static AzureStoreOptions Store(AzureStorageOptions azure) => new()
    {
        Container = azure.ContainerName,
        AccountName = azure.StorageAccountName,
        AccountKey = azure.StorageAccountKey,
        UseManagedIdentity = azure.UseManagedIdentity,
        UseFederatedToken = azure.UseFederatedToken,
        UserAssignedId = azure.UserAssignedId,
        EndpointSuffix = azure.EndpointSuffix,
        PartBytes = (int)azure.BufferSize,
    };

    public static RemoteStoreOptions Remote(AzureStorageOptions azure) => new()
    {
        Prefix = azure.Prefix,
        HedgeAt = azure.HedgeRequestsAt,
        HedgeUpTo = azure.HedgeRequestsUpTo,
        PartsInFlight = Math.Max(1, azure.MaxBuffers),
    };
}
