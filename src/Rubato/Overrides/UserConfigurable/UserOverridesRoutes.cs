using Rubato.Model.Tenants;

namespace Rubato.Overrides.UserConfigurable;

/// <summary><c>/api/overrides</c> (spec/limits-and-overrides.md 4.6).</summary>
/// <param name="hasRuntimeEntry">Whether the overrides file has an entry of its own for a tenant.</param>
internal sealed class UserOverridesRoutes(UserOverrides overrides, bool multitenancy, bool checksConflicts, Func<TenantId, bool> hasRuntimeEntry)
{
    public void Map(IEndpointRouteBuilder routes, string prefix)
    {
        var path = prefix + "/api/overrides";
        routes.MapGet(path, http => AnswerAsync(http, GetAsync));
        routes.MapPost(path, http => AnswerAsync(http, PostAsync));
        routes.MapPatch(path, http => AnswerAsync(http, PatchAsync));
        routes.MapDelete(path, http => AnswerAsync(http, DeleteAsync));
    }

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, TenantId, Task> answer)
    {
        var tenant = TenantId.Single;
        string? error = null;
        if (multitenancy && !TenantId.TryParse(http.Request.Headers["X-Scope-OrgID"].ToString(), out tenant, out error))
        {
            await TextAsync(http, error == TenantId.MissingMessage ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest, error);
            return;
        }

        try
        {
            await answer(http, tenant);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException && !http.RequestAborted.IsCancellationRequested)
        {
            await TextAsync(http, (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError, e.Message);
        }
    }

    private async Task GetAsync(HttpContext http, TenantId tenant)
    {
        switch (http.Request.Query["scope"].ToString())
        {
            case "" or "api":
                if (await overrides.ReadAsync(tenant, http.RequestAborted) is { } document)
                    await JsonAsync(http, document.Content, document.Version);
                else
                    await TextAsync(http, StatusCodes.Status404NotFound, $"no overrides of tenant {tenant}");
                break;
            case "merged":
                await JsonAsync(http, UserOverridesJson.Of(overrides.For(tenant)), overrides.Find(tenant)?.Version ?? UserOverridesDocument.NoVersion);
                break;
            case var other:
                await TextAsync(http, StatusCodes.Status400BadRequest, $"unknown scope {other}; there are api and merged");
                break;
        }
    }

    private async Task PostAsync(HttpContext http, TenantId tenant)
    {
        if (await VersionAsync(http) is { } version && await BodyAsync(http) is { } body && await MayAsync(http, tenant))
            await ResultAsync(http, await overrides.ReplaceAsync(tenant, body, version, http.RequestAborted), withDocument: false);
    }

    private async Task PatchAsync(HttpContext http, TenantId tenant)
    {
        if (await BodyAsync(http) is { } body && await MayAsync(http, tenant))
            await ResultAsync(http, await overrides.PatchAsync(tenant, body, http.RequestAborted), withDocument: true);
    }

    private async Task DeleteAsync(HttpContext http, TenantId tenant)
    {
        if (await VersionAsync(http) is { } version)
            await ResultAsync(http, await overrides.DeleteAsync(tenant, version, http.RequestAborted), withDocument: false);
    }

    /// <summary>The version that the client read; null when it named none, which is answered.</summary>
    private static async Task<string?> VersionAsync(HttpContext http)
    {
        var text = http.Request.Headers.IfMatch.ToString();
        if (text.Length > 0)
            return text.Trim('"');
        await TextAsync(http, StatusCodes.Status428PreconditionRequired, "the header If-Match is missing: the ETag of the overrides that were read, or 0 where there are none");
        return null;
    }

    /// <summary>Only a new document can conflict: one that is there was let in before.</summary>
    private async Task<bool> MayAsync(HttpContext http, TenantId tenant)
    {
        if (!checksConflicts || http.Request.Query["skip-conflicting-overrides-check"] == "true" || !hasRuntimeEntry(tenant)
            || await overrides.ReadAsync(tenant, http.RequestAborted) is not null)
            return true;
        await TextAsync(http, StatusCodes.Status400BadRequest,
            $"tenant {tenant} has an entry in the per-tenant overrides file, which these overrides would hide; ?skip-conflicting-overrides-check=true creates them all the same");
        return false;
    }

    private static async Task<byte[]?> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        var part = new byte[8192];
        while (await http.Request.Body.ReadAsync(part, http.RequestAborted) is > 0 and var read)
        {
            if (body.Length + read > UserOverridesDocument.MaxBytes)
            {
                await TextAsync(http, StatusCodes.Status413PayloadTooLarge, $"overrides are at most {UserOverridesDocument.MaxBytes} bytes");
                return null;
            }

            body.Write(part, 0, read);
        }

        return body.ToArray();
    }

    private static Task ResultAsync(HttpContext http, UserOverridesResult result, bool withDocument)
    {
        switch (result.Outcome)
        {
            case UserOverridesOutcome.Done when result.Document is null:
                return Task.CompletedTask;
            case UserOverridesOutcome.Done when withDocument:
                return JsonAsync(http, result.Document.Content, result.Document.Version);
            case UserOverridesOutcome.Done:
                http.Response.Headers.ETag = result.Document.Version;
                return Task.CompletedTask;
            case UserOverridesOutcome.VersionMismatch:
                return TextAsync(http, StatusCodes.Status412PreconditionFailed, result.Message);
            case UserOverridesOutcome.Invalid:
                return TextAsync(http, StatusCodes.Status400BadRequest, result.Message);
            default:
                return TextAsync(http, StatusCodes.Status500InternalServerError, result.Message);
        }
    }

    private static async Task JsonAsync(HttpContext http, byte[] json, string version)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.ETag = version;
        await http.Response.Body.WriteAsync(json, http.RequestAborted);
    }

    private static Task TextAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text + "\n");
    }
}
