using System.Globalization;
using System.Net;
using System.Text.Json;
using Google.Protobuf;
using Rubato.IntegrationTests.Answers;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Harness;

/// <summary>Asks the query API and decodes its answers with other people's libraries.</summary>
internal sealed class TempoApi(Uri address) : IDisposable
{
    private static readonly JsonParser Json = new(JsonParser.Settings.Default);

    private readonly HttpClient _client = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    public async Task<ApiAnswer> GetAsync(string path, string? accept = null, string? tenant = null, HttpMethod? method = null)
    {
        using var message = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (accept is not null) message.Headers.TryAddWithoutValidation("Accept", accept);
        if (tenant is not null) message.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        using var response = await _client.SendAsync(message, TestContext.Current.CancellationToken);
        var incomplete = response.Headers.TryGetValues("X-Rubato-Incomplete", out var why) ? string.Join("; ", why) : null;
        return new ApiAnswer(
            response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), incomplete);
    }

    /// <summary>The body of a 200.</summary>
    public async Task<string> TextAsync(string path, string? tenant = null)
    {
        var answer = await GetAsync(path, tenant: tenant);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{path}: {answer}");
        return answer.Text;
    }

    /// <summary>All spans of a trace by version 2 in protobuf, each with its resource and scope; none when it is not there.</summary>
    public async Task<IReadOnlyList<FoundSpan>> TraceAsync(string traceId, string? tenant = null)
    {
        var answer = await GetAsync("/api/v2/traces/" + traceId, "application/protobuf", tenant);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Null(answer.Incomplete);
        return FoundSpan.All(TraceByIdResponse.Parser.ParseFrom(answer.Body).Trace.ResourceSpans);
    }

    /// <summary>The same trace in all four forms: both versions, JSON and protobuf.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<FoundSpan>>> TraceInEveryFormAsync(string traceId)
    {
        var v1 = await GetAsync("/api/traces/" + traceId, "application/protobuf");
        var v1Json = await GetAsync("/api/traces/" + traceId);
        var v2 = await GetAsync("/api/v2/traces/" + traceId, "application/protobuf");
        var v2Json = await GetAsync("/api/v2/traces/" + traceId, "application/json");
        Assert.All([v1, v1Json, v2, v2Json], a => Assert.True(a.Status == HttpStatusCode.OK, a.ToString()));
        Assert.Equal(["application/protobuf", "application/json", "application/protobuf", "application/json"], [v1.ContentType, v1Json.ContentType, v2.ContentType, v2Json.ContentType]);
        return new Dictionary<string, IReadOnlyList<FoundSpan>>
        {
            ["v1 protobuf"] = FoundSpan.All(Trace.Parser.ParseFrom(v1.Body).Batches),
            ["v1 json"] = FoundSpan.All(Json.Parse<Trace>(v1Json.Text).Batches),
            ["v2 protobuf"] = FoundSpan.All(TraceByIdResponse.Parser.ParseFrom(v2.Body).Trace.ResourceSpans),
            ["v2 json"] = FoundSpan.All(Json.Parse<TraceByIdResponse>(v2Json.Text).Trace.ResourceSpans),
        };
    }

    /// <summary>A TraceQL search over a wide range of time.</summary>
    public Task<JsonElement> SearchAsync(string query, int limit = 20, string? tenant = null) =>
        JsonAsync($"/api/search?q={Uri.EscapeDataString(query)}&limit={limit.ToString(CultureInfo.InvariantCulture)}&{WideRange()}", tenant);

    /// <summary>Trace ids that a search finds, as 32 digits, newest first.</summary>
    public async Task<IReadOnlyList<string>> SearchIdsAsync(string query, int limit = 20, string? tenant = null) =>
        [.. (await SearchAsync(query, limit, tenant)).GetProperty("traces").EnumerateArray().Select(t => t.GetProperty("traceID").GetString()!.PadLeft(32, '0'))];

    /// <summary>Traces and matched spans of <c>{ }</c>: what a query sees in all.</summary>
    public async Task<(int Traces, long Spans)> CountAsync(string query = "{ }", string? tenant = null)
    {
        var answer = await SearchAsync(query, limit: 262_144, tenant);
        var traces = answer.GetProperty("traces").EnumerateArray().ToList();
        return (traces.Count, traces.Sum(t => t.TryGetProperty("spanSets", out var sets) ? sets.EnumerateArray().Sum(s => s.GetProperty("matched").GetInt64()) : 0));
    }

    public async Task<JsonElement> JsonAsync(string path, string? tenant = null)
    {
        using var document = JsonDocument.Parse(await TextAsync(path, tenant));
        return document.RootElement.Clone();
    }

    /// <summary>The sum of a metric over all its label sets that contain this text; 0 where there is none.</summary>
    public async Task<double> MetricAsync(string name, string labels = "")
    {
        var sum = 0.0;
        foreach (var line in (await TextAsync("/metrics")).Split('\n'))
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length <= name.Length || line[name.Length] is not ('{' or ' ')) continue;
            if (!line.Contains(labels, StringComparison.Ordinal)) continue;
            sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }

        return sum;
    }

    public async Task FlushAsync()
    {
        var answer = await GetAsync("/flush");
        Assert.True(answer.Status == HttpStatusCode.NoContent, answer.ToString());
    }

    /// <summary>A day back to a minute ahead: the longest range that fits every default limit with room.</summary>
    public static string WideRange()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"start={now - 86_400}&end={now + 60}");
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>What the query API answered.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, string? ContentType, byte[] Body, string? Incomplete)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public override string ToString() => $"{(int)Status} {ContentType} incomplete={Incomplete}: {(Text.Length > 2000 ? Text[..2000] : Text)}";
}
