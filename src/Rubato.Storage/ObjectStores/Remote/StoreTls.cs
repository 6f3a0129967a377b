using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>Turns the <c>tls_*</c> keys into what a socket wants.</summary>
internal static class StoreTls
{
    /// <exception cref="ArgumentException">A file or name that cannot be used; says which.</exception>
    public static SslClientAuthenticationOptions Build(StoreTlsOptions options)
    {
        var tls = new SslClientAuthenticationOptions { EnabledSslProtocols = Protocols(options.MinVersion) };
        if (options.CertPath.Length > 0)
            tls.ClientCertificates = [Load("tls_cert_path", options.CertPath, path => X509Certificate2.CreateFromPemFile(path, options.KeyPath.Length > 0 ? options.KeyPath : null))];
        if (options.CipherSuites.Length > 0 && !OperatingSystem.IsWindows())
            tls.CipherSuitesPolicy = new CipherSuitesPolicy(Suites(options.CipherSuites));
        if (options.InsecureSkipVerify)
        {
#pragma warning disable CA5359 // The configuration asks for it by this very name.
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (options.CaPath.Length > 0)
        {
            var roots = new X509Certificate2Collection();
            Load("tls_ca_path", options.CaPath, path =>
            {
                roots.ImportFromPemFile(path);
                return true;
            });
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        // The HTTP client puts the endpoint's name in place of any other before it compares; so another name is compared here.
        if (options.ServerName.Length > 0 && !options.InsecureSkipVerify)
        {
            tls.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
                && certificate is X509Certificate2 known && known.MatchesHostname(options.ServerName);
        }

        return tls;
    }

#pragma warning disable CA5398, CA5397, SYSLIB0039 // A user who names an old version has an old store.
    private static SslProtocols Protocols(string minVersion) => minVersion switch
    {
        "VersionTLS10" => SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13,
        "VersionTLS11" => SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13,
        "VersionTLS12" => SslProtocols.Tls12 | SslProtocols.Tls13,
        "VersionTLS13" => SslProtocols.Tls13,
        _ => SslProtocols.None,
    };
#pragma warning restore CA5398, CA5397, SYSLIB0039

    private static List<TlsCipherSuite> Suites(string names)
    {
        var suites = new List<TlsCipherSuite>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<TlsCipherSuite>(name, out var suite))
                throw new ArgumentException($"tls_cipher_suites: '{name}' is not the name of a cipher suite; expected names such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
            suites.Add(suite);
        }

        return suites;
    }

    private static T Load<T>(string key, string path, Func<string, T> load)
    {
        try
        {
            return load(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{key}: {path} cannot be read as PEM: {e.Message}", e);
        }
    }
}
