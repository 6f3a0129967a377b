using System.Text;
using Rubato.Model.Tenants;

namespace Rubato.Server.Status;

/// <summary><c>/status/overrides</c>: tenants whose limits are not everybody's, and the limits in force for one of them (spec/http-api.md 2.1).</summary>
/// <param name="fromFile">Tenants with an entry in the overrides file.</param>
/// <param name="byApi">Tenants that set something by <c>/api/overrides</c>.</param>
/// <param name="limitsOf">In force for the tenant.</param>
/// <param name="documentOf">What the tenant set by the API, as JSON; null for nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class OverridesPages(
    Func<IEnumerable<TenantId>> fromFile, Func<IEnumerable<TenantId>> byApi, Func<TenantId, TenantLimits> limitsOf, Func<TenantId, byte[]?> documentOf, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status/overrides", ShowTenantsAsync);
        routes.MapGet("/status/overrides/{tenant}", ShowTenantAsync);
    }

    private Task ShowTenantsAsync(HttpContext http)
    {
        var (file, api, now) = (fromFile().ToHashSet(), byApi().ToHashSet(), time.GetUtcNow());
        var tenants = file.Union(api).Order().Select(t => new Listed(t.Value, file.Contains(t), api.Contains(t))).ToArray();
        if (StatusPage.WantsJson(http)) return StatusPage.WriteJsonAsync(http, new { Now = now, Tenants = tenants });
        return StatusPage.WriteAsync(http, "Overrides", now, page =>
        {
            page.Paragraph(tenants.Length == 0
                ? "No tenant has limits of its own: those of overrides.defaults are everybody's (/status/runtime_config)."
                : "Tenants with limits of their own. All others have those of overrides.defaults (/status/runtime_config).");
            page.Table(
                ["tenant", "in the overrides file", "set by /api/overrides"],
                tenants.Select(t => (string[])[t.Name, t.HasRuntimeOverrides ? "yes" : "", t.HasUserConfigurableOverrides ? "yes" : ""]),
                tenant => "/status/overrides/" + Uri.EscapeDataString(tenant));
        });
    }

    private Task ShowTenantAsync(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["tenant"]!;
        if (!TenantId.TryParse(name, out var tenant, out var error)) return PlainText.WriteAsync(http, StatusCodes.Status400BadRequest, error + "\n");
        var (limits, now) = (OverridesText.Of(limitsOf(tenant)), time.GetUtcNow());
        var document = documentOf(tenant) is { } json ? Encoding.UTF8.GetString(json) : "";
        if (StatusPage.WantsJson(http)) return StatusPage.WriteJsonAsync(http, new { Now = now, Tenant = tenant.Value, RuntimeOverrides = limits, UserConfigurableOverrides = document });
        return StatusPage.WriteAsync(http, $"Overrides of {tenant}", now, page =>
        {
            page.Heading("Limits in force");
            page.Preformatted(limits);
            page.Heading("Set by /api/overrides");
            page.Preformatted(document.Length == 0 ? "nothing" : document);
        });
    }

    private sealed record Listed(string Name, bool HasRuntimeOverrides, bool HasUserConfigurableOverrides);
}
