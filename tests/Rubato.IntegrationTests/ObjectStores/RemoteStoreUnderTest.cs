using Microsoft.Extensions.Logging.Abstractions;
using Rubato.IntegrationTests.Harness;
using Rubato.Storage.ObjectStores.Azure;
using Rubato.Storage.ObjectStores.Gcs;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Storage.ObjectStores.S3;
using Rubato.Testing.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>A place of its own in one of the stores: a server's configuration for it, and a look into it from outside.</summary>
internal sealed class RemoteStoreUnderTest : IAsyncDisposable
{
    private const string Bucket = "servers";

    private readonly string _backend;
    private readonly Uri _address;
    private readonly FakeStoreServer? _fake;
    private readonly string _prefix = "test-" + Guid.NewGuid().ToString("N");

    private RemoteStoreUnderTest(string backend, Uri address, FakeStoreServer? fake = null)
    {
        _backend = backend;
        _address = address;
        _fake = fake;
    }

    /// <summary>What may be written nowhere.</summary>
    public string Secret => _backend == "azure" ? Buckets.AzuriteKey : Buckets.SwiftKey;

    /// <param name="backend">s3 (Swift), azure (Azurite) or gcs (our fake).</param>
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
            case "gcs":
                var fake = new FakeGcsServer(Bucket, TimeProvider.System);
                await fake.StartAsync();
                return new RemoteStoreUnderTest(backend, fake.Address, fake);
            default:
                throw new ArgumentException(backend);
        }
    }

    public RubatoSettings Configure(RubatoSettings settings)
    {
        settings.With("storage.trace.backend", _backend).With($"storage.trace.{_backend}.prefix", _prefix);
        return _backend switch
        {
            "azure" => settings
                .With("storage.trace.azure.container_name", Bucket)
                .With("storage.trace.azure.storage_account_name", Buckets.AzuriteAccount)
                .With("storage.trace.azure.storage_account_key", Buckets.AzuriteKey)
                .With("storage.trace.azure.endpoint_suffix", _address.Authority),
            "gcs" => settings
                .With("storage.trace.gcs.bucket_name", Bucket)
                .With("storage.trace.gcs.endpoint", _address.Authority)
                .With("storage.trace.gcs.insecure", "true"),
            _ => settings
                .With("storage.trace.s3.bucket", Bucket)
                .With("storage.trace.s3.endpoint", _address.Authority)
                .With("storage.trace.s3.insecure", "true")
                .With("storage.trace.s3.access_key", Buckets.SwiftUser)
                .With("storage.trace.s3.secret_key", Buckets.SwiftKey),
        };
    }

    public RemoteObjectStore Open()
    {
        var http = new StoreHttp(null, TimeProvider.System);
        IStoreProtocol protocol = _backend switch
        {
            "azure" => new AzureProtocol(
                new AzureStoreOptions { Container = Bucket, AccountName = Buckets.AzuriteAccount, AccountKey = Buckets.AzuriteKey, EndpointSuffix = _address.Authority },
                http, _ => null, TimeProvider.System),
            "gcs" => new GcsProtocol(
                new GcsStoreOptions { Bucket = Bucket, Endpoint = _address.AbsoluteUri, Insecure = true }, http, _ => null, TimeProvider.System),
            _ => new S3Protocol(
                new S3StoreOptions { Bucket = Bucket, Endpoint = _address.AbsoluteUri, AccessKey = Buckets.SwiftUser, SecretKey = Buckets.SwiftKey },
                http, _ => null, TimeProvider.System),
        };
        return new RemoteObjectStore(
            protocol, http, new RemoteStoreOptions { Prefix = _prefix }, TimeProvider.System, new Random(1), NullLogger<RemoteObjectStore>.Instance);
    }

    public ValueTask DisposeAsync() => _fake?.DisposeAsync() ?? ValueTask.CompletedTask;
}
