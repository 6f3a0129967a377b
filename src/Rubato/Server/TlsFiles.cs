using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rubato.Server;

/// <summary>Reads a listener's certificate, key and clients' authorities; each failure names the key, the file and the reason.</summary>
internal static class TlsFiles
{
    /// <exception cref="ListenException">Something is missing, cannot be read or does not fit.</exception>
    public static SslStreamCertificateContext ReadCertificate(TlsSettings tls)
    {
        var certificate = Text(tls, "cert_file", tls.CertFile, tls.CertPem);
        var key = Text(tls, "key_file", tls.KeyFile, tls.KeyPem);
        try
        {
            using var fromPem = X509Certificate2.CreateFromPem(certificate, key);
            // Through PKCS 12: not every platform's TLS takes a key that lives in memory only.
            var leaf = X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            // Offline: the server fetches nothing from addresses that stand in certificates.
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ListenException(
                $"{tls.Section}: the certificate in {Name(tls.CertFile)} and the key in {Name(tls.KeyFile)} cannot be used: {e.Message}; both must be PEM, the key without a password, and belong together", e);
        }
    }

    /// <summary>Null where clients' certificates are not checked.</summary>
    /// <exception cref="ListenException">As above.</exception>
    public static X509Certificate2Collection? ReadClientAuthorities(TlsSettings tls)
    {
        var isChecked = tls.Clients is ClientCertificates.VerifyClientCertIfGiven or ClientCertificates.RequireAndVerifyClientCert;
        if (tls.HasClientAuthority && tls.Clients == ClientCertificates.NoClientCert)
            throw new ListenException($"{tls.Section}: client_ca_file has no effect without client_auth_type; set it to RequireAndVerifyClientCert", null);
        if (!isChecked) return null;

        var pem = Text(tls, "client_ca_file", tls.ClientCaFile, tls.ClientCaPem);
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new ListenException($"{tls.Section}.client_ca_file: {Name(tls.ClientCaFile)} is not PEM: {e.Message}", e);
        }

        return authorities.Count > 0 ? authorities : throw new ListenException($"{tls.Section}.client_ca_file: {Name(tls.ClientCaFile)} holds no certificate in PEM form", null);
    }

    /// <summary>Changes when one of the files does.</summary>
    public static string Fingerprint(TlsSettings tls) => string.Join('|', new[] { tls.CertFile, tls.KeyFile, tls.ClientCaFile }
        .Where(file => file.Length > 0)
        // Through links: a mounted secret of Kubernetes is one, and it is the link that moves.
        .Select(file => new FileInfo((File.Exists(file) ? File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName : null) ?? file))
        .Select(file => $"{file.FullName} {(file.Exists ? file.Length : -1)} {file.LastWriteTimeUtc.Ticks}"));

    private static string Text(TlsSettings tls, string key, string file, string pem)
    {
        if (file.Length > 0 && pem.Length > 0) throw new ListenException($"{tls.Section}: give {key} or its text, not both", null);
        if (pem.Length > 0) return pem;
        if (file.Length == 0) throw new ListenException($"{tls.Section}.{key}: is missing, but the other keys of the section ask for TLS", null);
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ListenException($"{tls.Section}.{key}: cannot read {file}: {e.Message}", e);
        }
    }

    private static string Name(string file) => file.Length > 0 ? file : "the configuration";
}
