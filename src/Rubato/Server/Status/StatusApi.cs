using System.Text.Json;
using System.Text.Json.Serialization;
using Rubato.Ingest.Receivers;
using Rubato.Model.Tenants;
using Rubato.Server.Auth;

namespace Rubato.Server.Status;

/// <summary><c>GET /api/rubato/status</c>: what <c>/status</c> and <c>/metrics</c> tell operators, for the page of a tenant. Reads memory and two facts of the disk.</summary>
/// <param name="status">Of these tenants with so many of their blocks; the last says whether it is for an operator, who sees the server's own affairs too.</param>
internal sealed class StatusApi(bool multitenancy, Func<IReadOnlyList<TenantId>, int, bool, ServerStatus> status)
{
    private const int UsualBlocks = 20;
    private const int MostBlocks = 1_000;
    private const int MostTenants = 100;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public void Map(IEndpointRouteBuilder routes, string prefix) => routes.MapGet(prefix + "/api/rubato/status", AnswerAsync);

    private Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        IReadOnlyList<TenantId> tenants = [TenantId.Single];
        if (multitenancy)
        {
            var header = http.Request.Headers[TenantResolver.Header].ToString();
            // Without a tenant nothing but that one is needed, so that a page can ask for it.
            if (header.Length == 0) return http.Response.WriteAsJsonAsync(new { MultitenancyEnabled = true }, Json, http.RequestAborted);
            if (!TenantId.TryParseMany(header, out var parsed, out var error)) return RefuseAsync(http, error);
            if (parsed.Length > MostTenants) return RefuseAsync(http, $"{TenantResolver.Header} names {parsed.Length} tenants; at most {MostTenants} are shown at once");
            tenants = parsed;
        }

        var blocks = UsualBlocks;
        if (http.Request.Query["blocks"].ToString() is { Length: > 0 } text && (!int.TryParse(text, out blocks) || blocks is < 0 or > MostBlocks))
            return RefuseAsync(http, $"invalid blocks \"{text}\": expected 0 to {MostBlocks}");
        return http.Response.WriteAsJsonAsync(status(tenants, blocks, IsForOperator(http)), Json, http.RequestAborted);
    }

    /// <summary>Without logins everybody is: who reaches the port sees <c>/status</c> and <c>/metrics</c> as well.</summary>
    private static bool IsForOperator(HttpContext http) => http.Features.Get<AuthEntry>() is not { IsForAllTenants: false };

    private static Task RefuseAsync(HttpContext http, string message) => PlainText.WriteAsync(http, StatusCodes.Status400BadRequest, message);
}
