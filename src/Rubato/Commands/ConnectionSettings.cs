using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rubato.Commands;

/// <summary>How a command reaches its server beyond the address.</summary>
internal sealed record ConnectionSettings
{
    public static ConnectionSettings None { get; } = new();

    /// <summary>Sent with every request; null for none.</summary>
    public AuthenticationHeaderValue? Login { get; init; }

    /// <summary>Who may have signed the server's certificate; null: whom the system trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Takes any certificate.</summary>
    public bool SkipVerify { get; init; }

    public void Apply(SocketsHttpHandler handler)
    {
        handler.SslOptions = new SslClientAuthenticationOptions();
        if (ClientCertificate is not null) handler.SslOptions.ClientCertificates = [ClientCertificate];
        if (SkipVerify)
        {
#pragma warning disable CA5359 // Asked for by name, and warned about.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (Authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }
    }
}
