using System.Net.Http.Headers;
using Google.Apis.Auth.OAuth2;

namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>
/// Google's application default credentials: the file of GOOGLE_APPLICATION_CREDENTIALS, gcloud's own, or the machine's account. Looked for at
/// the first request, since the last of them needs the network; the library keeps the token fresh.
/// </summary>
internal sealed class GcsToken(bool isAnonymous) : IDisposable
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    private readonly SemaphoreSlim _looking = new(1);
    private GoogleCredential? _credential;

    public async Task AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (isAnonymous)
            return;
        var credential = _credential ?? await FindAsync(cancellationToken);
        var token = await ((ITokenAccess)credential).GetAccessTokenForRequestAsync(null, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public void Dispose() => _looking.Dispose();

    private async Task<GoogleCredential> FindAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            return _credential ??= (await GoogleCredential.GetApplicationDefaultAsync(cancellationToken)).CreateScoped(Scope);
        }
        finally
        {
            _looking.Release();
        }
    }
}
