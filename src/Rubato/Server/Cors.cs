using Rubato.Configuration.Options;

namespace Rubato.Server;

/// <summary>Cross-origin rules of a receiver, for senders in browsers; off unless origins are configured.</summary>
internal static class Cors
{
    public static void Add(IServiceCollection services, CorsOptions options)
    {
        if (options.AllowedOrigins.Count == 0) return;
        services.AddCors(cors => cors.AddDefaultPolicy(policy =>
        {
            if (options.AllowedOrigins.Contains("*")) policy.AllowAnyOrigin();
            else policy.WithOrigins([.. options.AllowedOrigins]).SetIsOriginAllowedToAllowWildcardSubdomains();
            if (options.AllowedHeaders.Count == 0) policy.WithHeaders("content-type");
            else policy.WithHeaders([.. options.AllowedHeaders]);
            policy.WithMethods("POST");
            if (options.MaxAge > 0) policy.SetPreflightMaxAge(TimeSpan.FromSeconds(options.MaxAge));
        }));
    }

    public static void Use(WebApplication app, CorsOptions options)
    {
        if (options.AllowedOrigins.Count > 0) app.UseCors();
    }
}
