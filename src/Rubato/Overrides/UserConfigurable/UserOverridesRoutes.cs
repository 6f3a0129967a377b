using Rubato.Model.Tenants;
using Rubato.Server;

namespace Rubato.Overrides.UserConfigurable;

/// <summary><c>/api/overrides</c> (spec/limits-and-overrides.md 4.6).</summary>
/// <param name="runtimeFields">Fields that a tenant's entry in the overrides file sets and a document would hide; null where that is not checked.</param>
internal sealed class UserOverridesRoutes(UserOverrides overrides, bool multitenancy, Func<TenantId, IReadOnlyList<string>>? runtimeFields)
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
                await StoredAsync(http, await overrides.ReadAsync(tenant, http.RequestAborted));
                break;
            case "merged":
                await JsonAsync(http, UserOverridesJson.Of(overrides.For(tenant)), overrides.Find(tenant)?.Version ?? UserOverridesDocument.NoVersion);
                break;
            case var other:
                await TextAsync(http, StatusCodes.Status400BadRequest, $"unknown scope \"{other}\", valid options are api and merged");
                break;
        }
    }

    private static Task StoredAsync(HttpContext http, StoredUserOverrides? stored)
    {
        switch (stored)
        {
            case null:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            case { Document: { } document }:
                return JsonAsync(http, document.Content, stored.Version);
            default:
                // The version all the same: with it the document can be replaced.
                http.Response.Headers.ETag = stored.Version;
                return TextAsync(http, StatusCodes.Status500InternalServerError, stored.Problem);
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
        await TextAsync(http, StatusCodes.Status428PreconditionRequired, "must specify If-Match header");
        return null;
    }

    /// <summary>What the operator set for a tenant is not hidden without a word.</summary>
    private async Task<bool> MayAsync(HttpContext http, TenantId tenant)
    {
        bool skip;
        switch (http.Request.Query["skip-conflicting-overrides-check"].ToString())
        {
            case "" or "0" or "f" or "F" or "false" or "FALSE" or "False":
                skip = false;
                break;
            case "1" or "t" or "T" or "true" or "TRUE" or "True":
                skip = true;
                break;
            case var other:
                await TextAsync(http, StatusCodes.Status400BadRequest, $"skip-conflicting-overrides-check is true or false, not \"{other}\"");
                return false;
        }

        if (skip || runtimeFields?.Invoke(tenant) is not { Count: > 0 } fields)
            return true;
        await TextAsync(http, StatusCodes.Status400BadRequest,
            $"the per-tenant overrides file sets {string.Join(", ", fields)} for tenant {tenant}, which these overrides could hide; ?skip-conflicting-overrides-check=true takes them all the same");
        return false;
    }

    private static async Task<byte[]?> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        var part = new byte[8192];
        while (await http.Request.Body.ReadAsync(part, http.RequestAborted) is > 0 and var read)
        {
            if (body.Length + read > UserOverridesText.MaxBytes)
            {
                await TextAsync(http, StatusCodes.Status413PayloadTooLarge, $"overrides are at most {UserOverridesText.MaxBytes} bytes");
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
            case UserOverridesOutcome.Done when withDocument || result.Stored is null:
                return result.Stored is null ? Task.CompletedTask : StoredAsync(http, result.Stored);
            case UserOverridesOutcome.Done:
                http.Response.Headers.ETag = result.Stored.Version;
                return Task.CompletedTask;
            case UserOverridesOutcome.Missing:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
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

    private static Task TextAsync(HttpContext http, int status, string text) => PlainText.WriteAsync(http, status, text + "\n");
}
