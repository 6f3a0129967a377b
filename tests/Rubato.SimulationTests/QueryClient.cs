using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Query.Api;

namespace Rubato.SimulationTests;

/// <summary>Asks the real query API without a socket and reads which spans its answers have.</summary>
internal sealed class QueryClient(QueryApi api)
{
    private readonly Dictionary<string, RequestDelegate> _routes = api.Routes.ToDictionary(r => r.Pattern, r => r.Answer);

    public Task<Answer> TraceAsync(TenantId tenant, TraceId trace) => AskAsync(tenant, "/api/traces/{id}", trace.ToString(), "");

    /// <summary>Every span of the tenant: all traces, all their spans, with their numbers.</summary>
    public Task<Answer> SearchAllAsync(TenantId tenant, string query) =>
        AskAsync(tenant, "/api/search", null, $"?start=1&end=4102444800&limit=200000&spss=100000&q={Uri.EscapeDataString(query)}");

    /// <summary>Numbers of the spans of a trace answer. Also checks that each span still is what was sent.</summary>
    public static List<long> SpansOfTrace(Answer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        var numbers = new List<long>();
        var batches = json.RootElement.TryGetProperty("batches", out var b) ? b : json.RootElement.GetProperty("resourceSpans");
        foreach (var resource in batches.EnumerateArray())
        {
            var scopes = resource.GetProperty("scopeSpans");
            foreach (var span in scopes.EnumerateArray().SelectMany(scope => scope.GetProperty("spans").EnumerateArray())) numbers.Add(Number(span));
        }

        return numbers;
    }

    /// <summary>Numbers of the spans of a search answer by trace.</summary>
    public static Dictionary<TraceId, List<long>> SpansOfSearch(Answer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        var traces = new Dictionary<TraceId, List<long>>();
        foreach (var trace in json.RootElement.GetProperty("traces").EnumerateArray())
        {
            if (!TraceId.TryParse(trace.GetProperty("traceID").GetString()!, out var id)) throw new FindingException("a trace id that is none: " + trace.GetProperty("traceID"));
            var spans = trace.GetProperty("spanSet");
            List<long> numbers = spans.TryGetProperty("spans", out var list) ? [.. list.EnumerateArray().Select(Number)] : [];
            if (spans.GetProperty("matched").GetInt32() != numbers.Count) throw new FindingException($"trace {id}: {spans.GetProperty("matched")} spans matched, {numbers.Count} given");
            if (!traces.TryAdd(id, numbers)) throw new FindingException($"a search gives trace {id} twice");
        }

        return traces;
    }

    private static long Number(JsonElement span)
    {
        long number = -1;
        string? text = null;
        foreach (var attribute in span.GetProperty("attributes").EnumerateArray())
        {
            var value = attribute.GetProperty("value");
            switch (attribute.GetProperty("key").GetString())
            {
                case SentSpan.NumberKey or "span." + SentSpan.NumberKey:
                    var raw = value.GetProperty("intValue");
                    number = raw.ValueKind == JsonValueKind.String ? long.Parse(raw.GetString()!, CultureInfo.InvariantCulture) : raw.GetInt64();
                    break;
                case SentSpan.TextKey or "span." + SentSpan.TextKey:
                    text = value.GetProperty("stringValue").GetString();
                    break;
            }
        }

        if (number < 0) throw new FindingException("a span without its number: " + span);
        if (text != SentSpan.TextOf(number)) throw new FindingException($"span {number} has the text '{text}' and was sent with '{SentSpan.TextOf(number)}'");
        return number;
    }

    private async Task<Answer> AskAsync(TenantId tenant, string route, string? id, string query)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        http.Request.Method = "GET";
        http.Request.Headers["X-Scope-OrgID"] = tenant.Value;
        http.Request.Path = id is null ? route : route.Replace("{id}", id, StringComparison.Ordinal);
        http.Request.QueryString = new QueryString(query);
        if (id is not null) http.Request.RouteValues["id"] = id;
        await _routes[route](http);
        var incomplete = http.Response.Headers["X-Rubato-Incomplete"];
        return new Answer(http.Response.StatusCode, body.ToArray(), incomplete.Count > 0 ? incomplete.ToString() : null);
    }
}
