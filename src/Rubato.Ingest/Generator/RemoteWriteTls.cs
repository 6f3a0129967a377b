using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Rubato.Ingest.Generator;

/// <summary><c>tls_config</c> of an endpoint or of its token server: Prometheus' own keys. Texts are PEM and stand for files.</summary>
public sealed record RemoteWriteTls
{
    public string CaFile { get; init; } = "";

    public string CertFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    public string Ca { get; init; } = "";

    public string Cert { get; init; } = "";

    public string Key { get; init; } = "";

    public string ServerName { get; init; } = "";

    public bool InsecureSkipVerify { get; init; }

    /// <summary><c>TLS10</c> to <c>TLS13</c>, of which the first two allow no less than TLS12; empty: what the system allows.</summary>
    public string MinVersion { get; init; } = "";

    public string MaxVersion { get; init; } = "";

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">What it holds is no certificate or no key.</exception>
    public SslClientAuthenticationOptions Load()
    {
        var tls = new SslClientAuthenticationOptions { EnabledSslProtocols = Versions() };
        if (ServerName.Length > 0) tls.TargetHost = ServerName;
        if (Text(Cert, CertFile) is { Length: > 0 } cert)
        {
            var key = Text(Key, KeyFile);
            using var pem = X509Certificate2.CreateFromPem(cert, key.Length > 0 ? key : cert);
            tls.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
        }

        if (InsecureSkipVerify)
        {
#pragma warning disable CA5359 // Asked for by name: tls_config.insecure_skip_verify.
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (Text(Ca, CaFile) is { Length: > 0 } ca)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(ca);
            if (policy.CustomTrustStore.Count == 0) throw new System.Security.Cryptography.CryptographicException("there is no certificate in the PEM text of the authority");
            tls.CertificateChainPolicy = policy;
        }

        return tls;
    }

    private static string Text(string text, string file) => file.Length > 0 ? File.ReadAllText(file) : text;

    private SslProtocols Versions()
    {
        if (MinVersion.Length == 0 && MaxVersion.Length == 0) return SslProtocols.None;
        var (low, high) = (Number(MinVersion, 12), Number(MaxVersion, 13));
#pragma warning disable CA5397, CA5398 // Asked for by name: tls_config.min_version and max_version. The two that are not safe any more are not among them.
        return (low <= 12 && high >= 12 ? SslProtocols.Tls12 : SslProtocols.None) | (high >= 13 ? SslProtocols.Tls13 : SslProtocols.None);
#pragma warning restore CA5397, CA5398
    }

    private static int Number(string version, int otherwise) => version.Length == 5 ? version[4] - '0' + 10 : otherwise;
}
