namespace Rubato.Configuration.Options;

/// <summary><c>server.http_tls_config</c> and <c>server.grpc_tls_config</c>: with a certificate the port speaks TLS only. Files are read again within ten seconds of a change.</summary>
internal sealed class ServerTlsOptions
{
    /// <summary>PEM: the certificate, then those between it and the authority.</summary>
    public string CertFile { get; init; } = "";

    /// <summary>PEM, without a password.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The certificate itself, instead of <see cref="CertFile"/>.</summary>
    public string Cert { get; init; } = "";

    /// <summary>The key itself, instead of <see cref="KeyFile"/>.</summary>
    [Secret]
    public string Key { get; init; } = "";

    /// <summary>Whether clients show a certificate, and whether it is checked against <see cref="ClientCaFile"/>. Empty means <c>NoClientCert</c>.</summary>
    [OneOf("", "NoClientCert", "RequestClientCert", "RequireAnyClientCert", "RequireClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert")]
    public string ClientAuthType { get; init; } = "";

    /// <summary>PEM: authorities of clients' certificates.</summary>
    public string ClientCaFile { get; init; } = "";

    /// <summary>The authorities themselves, instead of <see cref="ClientCaFile"/>.</summary>
    public string ClientCa { get; init; } = "";
}
