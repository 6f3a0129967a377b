using Microsoft.AspNetCore.Http.Features;
using Rubato.Query.Api;

namespace Rubato.Server.WarmUp;

/// <summary>Asks the query API what users ask, without a socket: the same code from the URL's parameters to the encoded answer.</summary>
internal sealed class WarmUpQuestions(QueryApi api)
{
    private const string MissingId = "deadbeefdeadbeefdeadbeefdeadbeef";

    private static readonly string[] Searches =
    [
        "{ }",
        "{ status = error }",
        "{ resource.service.name = \"service-1\" && duration > 50ms }",
        "{ span.http.url =~ \".*items/0.*\" }",
        "{ span.http.route =~ \"/api/route-1[0-9]\" && kind = server }",
        "{ span.http.request_id = \"no-such\" }",
        "{ .app.user.id = \"user-1\" || span.http.status_code >= 500 }",
        "{ span.app.rare.1 != nil }",
        "{ span.cache.hit = true && span.app.ratio > 0.5 }",
        "{ resource.service.name = \"service-0\" } >> { status = error }",
        "{ status = error } | count() > 1",
        "{ event.exception.type = \"Timeout\" } | select(span.http.url)",
    ];

    private readonly Dictionary<string, RequestDelegate> _routes = api.Routes.ToDictionary(r => r.Pattern, r => r.Answer);

    /// <returns>Each question and the length of its answer.</returns>
    public async Task<List<(string Question, long Bytes)>> AskAllAsync(CancellationToken cancellationToken)
    {
        // Around the spans: a search may reach back 168 hours by default.
        const string range = "start=1699999000&end=1700001000";
        var answers = new List<(string, long)>();
        foreach (var search in Searches) await AskAsync("/api/search", null, $"?limit=20&{range}&q={Uri.EscapeDataString(search)}", search);
        await AskAsync("/api/traces/{id}", WarmUpSpans.FirstId(1).ToString(), "", "trace");
        await AskAsync("/api/v2/traces/{id}", WarmUpSpans.FirstId(2).ToString(), "", "trace, v2");
        await AskAsync("/api/traces/{id}", MissingId, "", MissingId);
        await AskAsync("/api/v2/search/tags", null, "?" + range, "tags");
        await AskAsync("/api/v2/search/tag/{**rest}", "resource.service.name/values", "?" + range, "values");
        return answers;

        async Task AskAsync(string route, string? value, string query, string question)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var http = new DefaultHttpContext();
            http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
            http.Request.Method = "GET";
            var path = value is null ? route : route[..route.IndexOf('{', StringComparison.Ordinal)] + value;
            http.Request.Path = path;
            http.Request.QueryString = new QueryString(query);
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path + query;
            http.RequestAborted = cancellationToken;
            if (value is not null) http.Request.RouteValues[route.Contains("{id}", StringComparison.Ordinal) ? "id" : "rest"] = value;
            await _routes[route](http);
            cancellationToken.ThrowIfCancellationRequested();
            if (http.Response.StatusCode != (question == MissingId ? 404 : 200)) throw new InvalidOperationException($"{question}: the answer is {http.Response.StatusCode}");
            answers.Add((question, http.Response.ContentLength ?? 0));
        }
    }
}
