using System.Security.Authentication;
using Rubato.Configuration.Options;

namespace Rubato.Server;

/// <summary>TLS of one listener, whichever of the two forms of keys it was configured with.</summary>
internal sealed record TlsSettings
{
    /// <summary>How often the files of <c>server.*_tls_config</c> are looked at: Tempo has no key for it.</summary>
    private static readonly TimeSpan DefaultReload = TimeSpan.FromSeconds(10);

    /// <summary>The configuration's section, for messages.</summary>
    public required string Section { get; init; }

    public string CertFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    public string CertPem { get; init; } = "";

    public string KeyPem { get; init; } = "";

    public string ClientCaFile { get; init; } = "";

    public string ClientCaPem { get; init; } = "";

    public ClientCertificates Clients { get; init; }

    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>0 means that the files are read at start only.</summary>
    public TimeSpan ReloadInterval { get; init; } = DefaultReload;

    public bool HasCertificate => CertFile.Length > 0 || KeyFile.Length > 0 || CertPem.Length > 0 || KeyPem.Length > 0;

    public bool HasClientAuthority => ClientCaFile.Length > 0 || ClientCaPem.Length > 0;

    public static TlsSettings Of(ServerTlsOptions tls, string minVersion, string section) => new()
    {
        Section = section,
        CertFile = tls.CertFile,
        KeyFile = tls.KeyFile,
        CertPem = tls.Cert,
        KeyPem = tls.Key,
        ClientCaFile = tls.ClientCaFile,
        ClientCaPem = tls.ClientCa,
        Clients = tls.ClientAuthType switch
        {
            "" => ClientCertificates.NoClientCert,
            "RequireClientCert" => ClientCertificates.RequireAnyClientCert,
            var name => Enum.Parse<ClientCertificates>(name),
        },
        Protocols = Versions(minVersion == "VersionTLS13" ? "1.3" : "", "", section),
    };

    public static TlsSettings Of(ReceiverTlsOptions tls, string section) => new()
    {
        Section = section,
        CertFile = tls.CertFile,
        KeyFile = tls.KeyFile,
        CertPem = tls.CertPem,
        KeyPem = tls.KeyPem,
        ClientCaFile = tls.ClientCaFile,
        Clients = tls.ClientCaFile.Length > 0 ? ClientCertificates.RequireAndVerifyClientCert : ClientCertificates.NoClientCert,
        Protocols = Versions(tls.MinVersion, tls.MaxVersion, section),
        ReloadInterval = tls.ReloadInterval > TimeSpan.Zero ? tls.ReloadInterval : tls.ClientCaFileReload ? DefaultReload : TimeSpan.Zero,
    };

    /// <summary>TLS 1.0 and 1.1 are broken and gone from the platform: a minimum below 1.2 is 1.2 (RFC 8996).</summary>
    private static SslProtocols Versions(string min, string max, string section) => (min, max) switch
    {
        ("1.3", "1.2") => throw new ListenException($"{section}: min_version 1.3 is above max_version 1.2", null),
        ("1.3", _) => SslProtocols.Tls13,
        (_, "1.2") => SslProtocols.Tls12,
        _ => SslProtocols.Tls12 | SslProtocols.Tls13,
    };
}
