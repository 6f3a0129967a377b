using Microsoft.AspNetCore.Http;

namespace Rubato.Web.Hosting;

/// <summary>
/// What a page may do: load from here, talk to here, nothing else. Attribute values are hostile input; even if one became markup, no script in it would run.
/// Inline styles are allowed because widths of bars need them; they cannot reach out either, with images and fonts from here only.
/// </summary>
internal static class SecurityHeaders
{
    private static readonly string Policy =
        $"default-src 'self'; script-src 'self' {FirstScript.Source}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public static void Set(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
    }
}
