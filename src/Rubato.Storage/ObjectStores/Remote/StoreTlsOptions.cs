namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>The <c>tls_*</c> keys of a store. Paths are PEM files; empty for the system's own.</summary>
public sealed record StoreTlsOptions
{
    public string CertPath { get; init; } = "";

    public string KeyPath { get; init; } = "";

    public string CaPath { get; init; } = "";

    /// <summary>The name that the certificate must have where it is not the endpoint's.</summary>
    public string ServerName { get; init; } = "";

    public bool InsecureSkipVerify { get; init; }

    /// <summary>VersionTLS10 to VersionTLS13; empty for the system's choice.</summary>
    public string MinVersion { get; init; } = "";

    /// <summary>IANA names, separated by commas; empty for the system's choice.</summary>
    public string CipherSuites { get; init; } = "";
}
