using Rubato.Configuration.Options;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Azure;
using Rubato.Storage.ObjectStores.Gcs;
using Rubato.Storage.ObjectStores.Local;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Storage.ObjectStores.S3;

namespace Rubato.Server;

/// <summary>
/// The one place that turns <c>storage.trace</c> into a store: which backend, and around it what every backend gets. A decorator for all
/// (a shared cache, say) goes into <see cref="Create"/>, inside the measurement of failures.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="random">For the jitter of retries alone.</param>
/// <param name="loggers">Where stores tell of trouble.</param>
/// <param name="environment">Credentials may come from it.</param>
internal sealed class ObjectStoreFactory(TimeProvider time, Random random, ILoggerFactory loggers, Func<string, string?> environment)
{
    /// <summary>Tries of a request in place of what the configuration says; null for that.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Nothing is asked of the store yet.</summary>
    /// <exception cref="StartException">A setting that cannot be used; says which.</exception>
    public ObjectStoreInUse Create(TraceStorageOptions trace)
    {
        var section = "storage.trace." + trace.Backend;
        try
        {
            switch (trace.Backend)
            {
                case "s3":
                    var s3Http = new StoreHttp(S3Settings.Tls(trace.S3), time);
                    var s3 = new S3Protocol(S3Settings.Store(trace.S3), s3Http, environment, time);
                    return Remote(s3, s3Http, S3Settings.Remote(trace.S3), s3.CredentialSource);
                case "gcs":
                    var gcsHttp = new StoreHttp(null, time);
                    var gcs = new GcsProtocol(GcsSettings.Store(trace.Gcs), gcsHttp, environment, time);
                    return Remote(gcs, gcsHttp, GcsSettings.Remote(trace.Gcs), gcs.CredentialSource);
                case "azure":
                    var azureHttp = new StoreHttp(null, time);
                    var azure = new AzureProtocol(AzureSettings.Store(trace.Azure), azureHttp, environment, time);
                    return Remote(azure, azureHttp, AzureSettings.Remote(trace.Azure), azure.CredentialSource);
                default:
                    return new ObjectStoreInUse(new MeasuredObjectStore(new LocalObjectStore(trace.Local.Path)), null, $"folder {Path.GetFullPath(trace.Local.Path)}", "");
            }
        }
        catch (ArgumentException e)
        {
            throw new StartException($"{section}: {e.Message}", e);
        }
    }

    private ObjectStoreInUse Remote(IStoreProtocol protocol, StoreHttp http, RemoteStoreOptions options, string credentials)
    {
        if (MaxAttempts is { } attempts) options = options with { MaxAttempts = attempts };
        var store = new RemoteObjectStore(protocol, http, options, time, random, loggers.CreateLogger<RemoteObjectStore>());
        return new ObjectStoreInUse(new MeasuredObjectStore(store, timesCalls: false), store, protocol.Place, credentials);
    }
}
