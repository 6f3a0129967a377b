namespace Rubato.Server;

/// <summary>What a listener asks of its clients, under the names of <c>client_auth_type</c>.</summary>
internal enum ClientCertificates
{
    /// <summary>They are not asked for one.</summary>
    NoClientCert,

    /// <summary>Asked for, but neither needed nor checked.</summary>
    RequestClientCert,

    /// <summary>Needed, not checked.</summary>
    RequireAnyClientCert,

    /// <summary>Not needed; one that is shown must be good.</summary>
    VerifyClientCertIfGiven,

    /// <summary>Needed, and must be good.</summary>
    RequireAndVerifyClientCert,
}
