using Rubato.Model.Tenants;

namespace Rubato.Ingest.Receivers;

/// <summary>Which tenant a write belongs to: always the single one, or the one that the X-Scope-OrgID header names.</summary>
public sealed class TenantResolver(bool multitenancyEnabled)
{
    public const string Header = "X-Scope-OrgID";

    public bool TryResolve(string? header, out TenantId tenant, out TenantProblem problem, out string message)
    {
        problem = TenantProblem.None;
        message = "";
        tenant = TenantId.Single;
        if (!multitenancyEnabled) return true;
        if (string.IsNullOrEmpty(header))
        {
            problem = TenantProblem.Missing;
            message = TenantId.MissingMessage;
            return false;
        }

        if (header.Contains(TenantId.Separator, StringComparison.Ordinal))
        {
            problem = TenantProblem.Invalid;
            message = "multiple org IDs present";
            return false;
        }

        if (TenantId.TryParse(header, out tenant, out var error)) return true;
        problem = TenantProblem.Invalid;
        message = error;
        return false;
    }
}

public enum TenantProblem
{
    None,
    Missing,
    Invalid,
}
