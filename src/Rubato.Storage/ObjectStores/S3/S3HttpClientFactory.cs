using Amazon.Runtime;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>The SDK on our HTTP client: its TLS settings, its connection limits, its measurements.</summary>
internal sealed class S3HttpClientFactory(StoreHttp http) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http.Client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public override string? GetConfigUniqueString(IClientConfig clientConfig) => null;
}
