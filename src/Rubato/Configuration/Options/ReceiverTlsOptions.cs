namespace Rubato.Configuration.Options;

/// <summary><c>tls</c> of a receiver, in the words of the OpenTelemetry Collector: with a certificate the port speaks TLS only.</summary>
internal sealed class ReceiverTlsOptions
{
    /// <summary>PEM: the certificate, then those between it and the authority.</summary>
    public string CertFile { get; init; } = "";

    /// <summary>PEM, without a password.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The certificate itself, instead of <see cref="CertFile"/>.</summary>
    [Secret]
    public string CertPem { get; init; } = "";

    /// <summary>The key itself, instead of <see cref="KeyFile"/>.</summary>
    [Secret]
    public string KeyPem { get; init; } = "";

    /// <summary>PEM: authorities of clients' certificates. With it, a client without a certificate of theirs is refused.</summary>
    public string ClientCaFile { get; init; } = "";

    /// <summary>Whether a changed <see cref="ClientCaFile"/> is read again, also where <see cref="ReloadInterval"/> is 0.</summary>
    public bool ClientCaFileReload { get; init; }

    /// <summary>How often the files are looked at for changes; 0 means never.</summary>
    public TimeSpan ReloadInterval { get; init; }

    /// <summary>Empty means 1.2, which is also the least that is spoken when an older one is named.</summary>
    [OneOf("", "1.0", "1.1", "1.2", "1.3")]
    public string MinVersion { get; init; } = "";

    /// <summary>Empty means the newest.</summary>
    [OneOf("", "1.2", "1.3")]
    public string MaxVersion { get; init; } = "";
}
