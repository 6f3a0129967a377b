using System.Text.Json;
using Rubato.Ingest.Receivers;
using Rubato.Model.Tenants;
using Rubato.Server.Auth;

namespace Rubato.Server.Status;

/// <summary>
/// <c>GET /api/rubato/tenants</c>: the tenants that the caller can choose from. Those of the header where there is one, since a proxy may have set it; those of the login where
/// it has a list; else all that this process knows, which <c>/metrics</c> names as well.
/// </summary>
/// <param name="known">With data here or in the store, or with overrides; in any order, repeated or not.</param>
internal sealed class TenantsApi(bool multitenancy, Func<IEnumerable<TenantId>> known)
{
    private const int MostTenants = 1_000;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public void Map(IEndpointRouteBuilder routes, string prefix) => routes.MapGet(prefix + "/api/rubato/tenants", AnswerAsync);

    private Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        IEnumerable<string> names = [];
        if (multitenancy)
        {
            var header = http.Request.Headers[TenantResolver.Header].ToString();
            if (header.Length > 0)
            {
                if (!TenantId.TryParseMany(header, out var named, out var error)) return PlainText.WriteAsync(http, StatusCodes.Status400BadRequest, error);
                names = named.Select(tenant => tenant.Value);
            }
            else if (http.Features.Get<AuthEntry>() is { IsForAllTenants: false } entry)
            {
                names = entry.Tenants;
            }
            else
            {
                names = known().Select(tenant => tenant.Value);
            }
        }

        string[] sorted = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostTenants + 1)];
        return http.Response.WriteAsJsonAsync(
            new { MultitenancyEnabled = multitenancy, Tenants = sorted.Take(MostTenants), HasMore = sorted.Length > MostTenants }, Json, http.RequestAborted);
    }
}
