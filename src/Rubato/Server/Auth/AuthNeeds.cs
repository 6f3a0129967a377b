using Rubato.Configuration.Options;
using Rubato.Server.Rings;

namespace Rubato.Server.Auth;

/// <summary>What the HTTP and gRPC ports need of a login. As routing does, without regard to case.</summary>
internal static class AuthNeeds
{
    /// <summary>Pages of operators: they name all tenants, or act on the whole server.</summary>
    private static readonly string[] OperatorPaths = ["/metrics", "/status", "/flush", "/shutdown", .. RingPages.Paths];

    /// <summary>Questions that are sent as POST: gRPC's, and what the web UI's connection says.</summary>
    private static readonly string[] PostedQuestions = ["/tempopb.StreamingQuerier", "/grpc.health.v1.Health", "/_blazor"];

    /// <summary>The same below <c>http_api_prefix</c>: a file that is converted is not kept.</summary>
    private const string PostedFile = "/api/rubato/convert";

    public static AuthNeed Of(string method, PathString path, AuthOptions options, string apiPrefix = "")
    {
        if (options.OpenReady && (Is("/ready") || Is("/live") || Is("/grpc.health.v1.Health"))) return default;
        if (options.OpenMetrics && Is("/metrics")) return default;
        // An endpoint that comes later and changes something is one that nobody thought of here: any method but those that ask needs the right to write.
        var asks = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || PostedQuestions.Any(Is) || (HttpMethods.IsPost(method) && Is(apiPrefix + PostedFile));
        var isChange = !asks || Is("/flush") || Is("/shutdown");
        return new AuthNeed(isChange ? AuthRights.Write : AuthRights.Read, OperatorPaths.Any(Is)) { IsOfOwnPages = isChange || Is("/_blazor") };

        bool Is(string prefix) => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase);
    }
}
