namespace Rubato.Web.Status;

/// <summary>The answer of <c>api/rubato/tenants</c>; see docs/api.md.</summary>
public sealed record TenantsAnswer
{
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>There are more than the server names.</summary>
    public bool HasMore { get; init; }
}
