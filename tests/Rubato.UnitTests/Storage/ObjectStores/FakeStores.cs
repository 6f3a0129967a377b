using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Storage.ObjectStores.Gcs;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Storage.ObjectStores.S3;
using Rubato.Testing.ObjectStores;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>Our stores on the fake servers of this process.</summary>
internal static class FakeStores
{
    public const string Bucket = "fake-bucket";

    /// <summary>Impatient: tests wait for nothing.</summary>
    public static RemoteStoreOptions Quick { get; } = new()
    {
        BackoffInitial = TimeSpan.FromMilliseconds(1),
        BackoffMax = TimeSpan.FromMilliseconds(2),
    };

    public static async Task<FakeS3Server> StartS3Async(int pageSize = 1000)
    {
        var server = new FakeS3Server(Bucket, TimeProvider.System) { PageSize = pageSize };
        await server.StartAsync();
        return server;
    }

    public static async Task<FakeGcsServer> StartGcsAsync(int pageSize = 1000, int takesAtOnce = 0)
    {
        var server = new FakeGcsServer(Bucket, TimeProvider.System) { PageSize = pageSize, TakesAtOnce = takesAtOnce };
        await server.StartAsync();
        return server;
    }

    public static RemoteObjectStore OpenS3(
        Uri address, RemoteStoreOptions? options = null, Func<S3StoreOptions, S3StoreOptions>? change = null, TimeProvider? time = null, StoreTlsOptions? tls = null)
    {
        var s3 = new S3StoreOptions
        {
            Bucket = Bucket, Endpoint = address.AbsoluteUri, Region = "us-east-1", AccessKey = "fake-key-id", SecretKey = "fake-secret", PartBytes = 5 << 20,
        };
        var http = new StoreHttp(tls, TimeProvider.System);
        var protocol = new S3Protocol(change?.Invoke(s3) ?? s3, http, _ => null, TimeProvider.System);
        return new RemoteObjectStore(protocol, http, options ?? Quick, time ?? TimeProvider.System, new Random(1), NullLogger<RemoteObjectStore>.Instance);
    }

    public static RemoteObjectStore OpenGcs(Uri address, RemoteStoreOptions? options = null, Func<GcsStoreOptions, GcsStoreOptions>? change = null)
    {
        var gcs = new GcsStoreOptions { Bucket = Bucket, Endpoint = address.AbsoluteUri, Insecure = true, PartBytes = 1 << 20 };
        var http = new StoreHttp(null, TimeProvider.System);
        var protocol = new GcsProtocol(change?.Invoke(gcs) ?? gcs, http, _ => null, TimeProvider.System);
        return new RemoteObjectStore(protocol, http, options ?? Quick, TimeProvider.System, new Random(1), NullLogger<RemoteObjectStore>.Instance);
    }
}
