namespace Rubato.Server.Auth;

/// <summary>What a login may do.</summary>
[Flags]
internal enum AuthRights
{
    None = 0,

    /// <summary>Ask: queries, the web UI, status pages, metrics.</summary>
    Read = 1,

    /// <summary>Send spans, change overrides, flush and stop the server.</summary>
    Write = 2,
}

/// <summary>A user (basic auth) or a token (bearer) of the file. A request that logged in has it as a feature.</summary>
/// <param name="Tenants">The tenants it may use; empty means all, and the pages of operators.</param>
internal sealed record AuthEntry(string Name, SecretHash Hash, AuthRights Rights, IReadOnlySet<string> Tenants)
{
    public bool IsForAllTenants => Tenants.Count == 0;
}
