using Microsoft.Extensions.Logging.Abstractions;
using Rubato.IntegrationTests.Harness;
using Rubato.Storage.ObjectStores.Azure;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Storage.ObjectStores.S3;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>A bucket of its own on one of the real stores: a server's configuration for it, and a look into it from outside.</summary>
internal sealed class RemoteStoreUnderTest
{
    private readonly Uri _address;
    private readonly string _backend;
    private readonly string _prefix = "test-" + Guid.NewGuid().ToString("N");

    private RemoteStoreUnderTest(string backend, Uri address)
    {
        _backend = backend;
        _address = address;
    }

    private const string Bucket = "servers";

    public string Secret => _backend == "azure" ? Buckets.AzuriteKey : Buckets.SwiftKey;

    public static async Task<RemoteStoreUnderTest> CreateAsync(StoreServers servers, string backend)
    {
        switch (backend)
        {
            case "s3":
                var swift = await servers.SwiftAsync();
                await Buckets.CreateAsync(swift, Bucket);
                return new RemoteStoreUnderTest(backend, swift);
            case "azure":
                var azurite = await servers.AzuriteAsync();
                await Buckets.CreateContainerAsync(azurite, Bucket);
                return new RemoteStoreUnderTest(backend, azurite);
            default:
                throw new ArgumentException(backend);
        }
    }

    public RubatoSettings Configure(RubatoSettings settings)
    {
        settings.With("storage.trace.backend", _backend).With($"storage.trace.{_backend}.prefix", _prefix);
        return _backend == "azure"
            ? settings
                .With("storage.trace.azure.container_name", Bucket)
                .With("storage.trace.azure.storage_account_name", Buckets.AzuriteAccount)
                .With("storage.trace.azure.storage_account_key", Buckets.AzuriteKey)
                .With("storage.trace.azure.endpoint_suffix", _address.Authority)
            : settings
                .With("storage.trace.s3.bucket", Bucket)
                .With("storage.trace.s3.endpoint", _address.Authority)
                .With("storage.trace.s3.insecure", "true")
                .With("storage.trace.s3.access_key", Buckets.SwiftUser)
                .With("storage.trace.s3.secret_key", Buckets.SwiftKey);
    }

    public RemoteObjectStore Open()
    {
        var http = new StoreHttp(null, TimeProvider.System);
        IStoreProtocol protocol = _backend == "azure"
            ? new AzureProtocol(
                new AzureStoreOptions { Container = Bucket, AccountName = Buckets.AzuriteAccount, AccountKey = Buckets.AzuriteKey, EndpointSuffix = _address.Authority },
                http, _ => null, TimeProvider.System)
            : new S3Protocol(
                new S3StoreOptions { Bucket = Bucket, Endpoint = _address.AbsoluteUri, AccessKey = Buckets.SwiftUser, SecretKey = Buckets.SwiftKey },
                http, _ => null, TimeProvider.System);
        return new RemoteObjectStore(
            protocol, http, new RemoteStoreOptions { Prefix = _prefix }, TimeProvider.System, new Random(1), NullLogger<RemoteObjectStore>.Instance);
    }
}
