using Rubato.Configuration.Options;

namespace Rubato.Server;

/// <summary>Cross-origin rules, for senders in browsers and pages that ask; off unless origins are configured. Never with cookies or a browser's own login: a page sends its <c>Authorization</c> itself.</summary>
internal static class Cors
{
    /// <summary>What a page needs to ask questions.</summary>
    private static readonly string[] QueryHeaders = ["accept", "authorization", "content-type", "x-scope-orgid"];

    /// <summary>Of a receiver: requests that send spans.</summary>
    public static void Add(IServiceCollection services, CorsOptions options) => Add(services, options, ["content-type"], ["POST"]);

    /// <summary>Of the query API.</summary>
    public static void AddQuery(IServiceCollection services, CorsOptions options) => Add(services, options, QueryHeaders, ["GET", "POST"]);

    private static void Add(IServiceCollection services, CorsOptions options, string[] headers, string[] methods)
    {
        if (options.AllowedOrigins.Count == 0) return;
        services.AddCors(cors => cors.AddDefaultPolicy(policy =>
        {
            if (options.AllowedOrigins.Contains("*")) policy.AllowAnyOrigin();
            else policy.WithOrigins([.. options.AllowedOrigins]).SetIsOriginAllowedToAllowWildcardSubdomains();
            if (options.AllowedHeaders.Count == 0) policy.WithHeaders(headers);
            else policy.WithHeaders([.. options.AllowedHeaders]);
            policy.WithMethods(methods);
            if (options.MaxAge > 0) policy.SetPreflightMaxAge(TimeSpan.FromSeconds(options.MaxAge));
        }));
    }

    public static void Use(WebApplication app, CorsOptions options)
    {
        if (options.AllowedOrigins.Count > 0) app.UseCors();
    }
}
