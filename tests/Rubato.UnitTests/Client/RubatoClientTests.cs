using System.Net;
using System.Text;
using Rubato.Client;
using Xunit;

namespace Rubato.UnitTests.Client;

/// <summary>Answers in Tempo's own form (spec/http-api.md), read into types.</summary>
public sealed class RubatoClientTests
{
    private const string SearchJson = """
        {"traces":[{"traceID":"7a1c5b","rootServiceName":"\u003croot span not yet received\u003e","startTimeUnixNano":"1700000000000000123","durationMs":231,
         "spanSet":{"spans":[{"spanID":"0b9d41e7c2a6f385","name":"GET /cart","startTimeUnixNano":"1700000000010000000","durationNanos":"83250000",
            "attributes":[{"key":"http.status_code","value":{"intValue":"500"}},{"key":"status","value":{"stringValue":"error"}},{"key":"ratio","value":{"doubleValue":"NaN"}}]}],"matched":4},
         "spanSets":[{"spans":[{"spanID":"0b9d41e7c2a6f385","name":"GET /cart","startTimeUnixNano":"1700000000010000000","durationNanos":"83250000",
            "attributes":[{"key":"http.status_code","value":{"intValue":"500"}},{"key":"status","value":{"stringValue":"error"}},{"key":"ratio","value":{"doubleValue":"NaN"}}]}],
            "matched":4,"attributes":[{"key":"count()","value":{"intValue":"4"}},{"key":"a","value":{"arrayValue":{"values":[{"boolValue":false},{"stringValue":""}]}}}]}],
         "serviceStats":{"shop":{"spanCount":3},"cart":{"spanCount":9,"errorCount":1}},"new":{"field":[1]}}],
         "metrics":{"inspectedTraces":12,"inspectedBytes":"193000"}}
        """;

    private const string BatchJson = """
        {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},"scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[
          {"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAI=","parentSpanId":"AAAAAAAAAAE=","traceState":"k=v","name":"GET /","kind":"SPAN_KIND_SERVER",
           "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000500000000","attributes":[{"key":"n","value":{"intValue":"200"}},{"key":"b","value":{"bytesValue":"AQI="}}],
           "events":[{"timeUnixNano":"1700000000100000000","name":"log","attributes":[{"key":"k","value":{"boolValue":true}}]}],
           "links":[{"traceId":"AAAAAAAAAAAAAAAAAAAAAw==","spanId":"AAAAAAAAAAQ="}],"status":{"message":"boom","code":"STATUS_CODE_ERROR"}},
          {"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAE=","name":"root","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000001000000000","status":{}}]}]}
        """;

    [Fact]
    public async Task SearchAsync_TemposJson_IsTyped()
    {
        StubHandler server = Answers(SearchJson);

        SearchResult result = await Client(server).SearchAsync("{ duration > 1s && status = error }", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("/api/search?q=%7B%20duration%20%3E%201s%20%26%26%20status%20%3D%20error%20%7D", server.Asked.Single());
        Assert.Equal((12, 193000, null), (result.InspectedTraces, result.InspectedBytes, result.Incomplete));
        TraceSummary trace = Assert.Single(result.Traces);
        Assert.Equal(("7a1c5b".PadLeft(32, '0'), "<root span not yet received>", "", 1700000000000000123, 231), (trace.TraceId, trace.RootServiceName, trace.RootTraceName, trace.StartTimeUnixNano, trace.DurationMs));
        Assert.Equal((3, 0, 9, 1), (trace.ServiceStats["shop"].SpanCount, trace.ServiceStats["shop"].ErrorCount, trace.ServiceStats["cart"].SpanCount, trace.ServiceStats["cart"].ErrorCount));
        SpanSet set = Assert.Single(trace.SpanSets);
        Assert.Equal((4, 4L, "[false, ]"), (set.Matched, set.Attributes["count()"].AsInteger, set.Attributes["a"].ToString()));
        SpanSummary span = Assert.Single(set.Spans);
        Assert.Equal(("0b9d41e7c2a6f385", "GET /cart", TimeSpan.FromMilliseconds(83.25)), (span.SpanId, span.Name, span.Duration));
        Assert.Equal((AttributeValue.Of(500), AttributeValue.Of("error"), double.NaN), (span.Attributes["http.status_code"], span.Attributes["status"], span.Attributes["ratio"].AsNumber));
    }

    [Fact]
    public async Task SearchAsync_EmptyAnswerAndOptions_AreFine()
    {
        StubHandler server = Answers("""{"traces":[],"metrics":{"completedJobs":1,"totalJobs":1}}""");
        var options = new SearchOptions { Start = DateTimeOffset.FromUnixTimeSeconds(10), End = DateTimeOffset.FromUnixTimeSeconds(20), Limit = 7, SpansPerSpanSet = 2 };

        Assert.Empty((await Client(server, "http://proxy/tempo/", tenant: "blue").SearchAsync("{}", options, TestContext.Current.CancellationToken)).Traces);

        Assert.Equal("/tempo/api/search?q=%7B%7D&start=10&end=20&limit=7&spss=2", server.Asked.Single());
        Assert.Equal("blue", server.Requests.Single().Headers.GetValues("X-Scope-OrgID").Single());
    }

    [Theory]
    [InlineData("""{"trace":{"resourceSpans":[BATCH]},"metrics":{},"status":"PARTIAL","message":"too large"}""", "too large")]
    [InlineData("""{"batches":[BATCH]}""", null)]
    [InlineData("""{"resourceSpans":[BATCH]}""", null)]
    public async Task GetTraceAsync_EveryForm_IsTyped(string json, string? incomplete)
    {
        TraceData trace = (await Client(Answers(json.Replace("BATCH", BatchJson, StringComparison.Ordinal))).GetTraceAsync("1", TestContext.Current.CancellationToken))!;

        Assert.Equal(("00000000000000000000000000000001", incomplete, TimeSpan.FromSeconds(1)), (trace.TraceId, trace.Incomplete, trace.Duration));
        TraceSpan root = Assert.Single(trace.Roots);
        Assert.Equal(("root", "", SpanKind.Client, SpanStatus.Unset), (root.Name, root.ParentSpanId, root.Kind, root.Status));
        TraceSpan span = Assert.Single(trace.ChildrenOf(root));
        Assert.Equal(("0000000000000002", "cart", "k=v", SpanKind.Server, SpanStatus.Error, "boom", "lib", "1"), (span.SpanId, span.ServiceName, span.TraceState, span.Kind, span.Status, span.StatusMessage, span.ScopeName, span.ScopeVersion));
        Assert.Equal((AttributeValue.Of(200), AttributeValue.Of([1, 2])), (span.Attributes["n"], span.Attributes["b"]));
        Assert.Equal(("log", AttributeValue.Of(true)), (Assert.Single(span.Events).Name, span.Events[0].Attributes["k"]));
        Assert.Equal(("00000000000000000000000000000003", "0000000000000004"), (Assert.Single(span.Links).TraceId, span.Links[0].SpanId));
    }

    [Fact]
    public async Task GetTraceAsync_NotThere_IsNullAndOldServersAreAskedInVersion1()
    {
        Assert.Null(await Client(Answers("""{"trace":{},"metrics":{}}""")).GetTraceAsync("1", TestContext.Current.CancellationToken));

        var old = new StubHandler(r => r.RequestUri!.AbsolutePath == "/api/traces/1" ? Json("""{"batches":[BATCH]}""".Replace("BATCH", BatchJson, StringComparison.Ordinal)) : new HttpResponseMessage(HttpStatusCode.NotFound));
        RubatoClient client = Client(old);
        Assert.NotNull(await client.GetTraceAsync("1", TestContext.Current.CancellationToken));
        Assert.NotNull(await client.GetTraceAsync("1", TestContext.Current.CancellationToken));
        Assert.Null(await client.GetTraceAsync("2", TestContext.Current.CancellationToken));
        Assert.Equal(["/api/v2/traces/1", "/api/traces/1", "/api/traces/1", "/api/traces/2"], old.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    [InlineData("../../metrics")]
    [InlineData("000000000000000000000000000000001")]
    public async Task GetTraceAsync_NoId_IsRefusedHere(string id) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Client(Answers("{}")).GetTraceAsync(id, TestContext.Current.CancellationToken));

    [Fact]
    public async Task GetTraceOtlpAsync_GivesTheBytes()
    {
        var server = new StubHandler(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([1, 2, 3]) });

        Assert.Equal([1, 2, 3], (await Client(server).GetTraceOtlpAsync("1", TestContext.Current.CancellationToken))!);
        Assert.Equal("application/protobuf", server.Requests.Single().Headers.Accept.ToString());
        Assert.Null(await Client(Answers("", HttpStatusCode.NotFound)).GetTraceOtlpAsync("1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Error_CarriesStatusAndBody()
    {
        var error = await Assert.ThrowsAsync<RubatoClientException>(
            () => Client(Answers("invalid TraceQL query: parse error at line 1, col 3", HttpStatusCode.BadRequest)).SearchAsync("{ x }", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid TraceQL query: parse error at line 1, col 3"), (error.StatusCode, error.Body));
        Assert.Contains("400", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("""{"traces":[{"startTimeUnixNano":"x"}]}""")]
    public async Task Answer_ThatCannotBeRead_IsAnErrorOfTheClient(string body) => await Assert.ThrowsAsync<RubatoClientException>(
        () => Client(Answers(body)).SearchAsync("{}", cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public async Task Answer_TooLong_IsAnError()
    {
        using var client = new RubatoClient(new HttpClient(Answers(SearchJson)), new RubatoClientOptions { MaxAnswerBytes = 100 });
        Assert.Contains("longer than 100 bytes", (await Assert.ThrowsAsync<RubatoClientException>(() => client.SearchAsync("{}", cancellationToken: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_IsATimeoutAndACancellationIsOne()
    {
        using var http = new HttpClient(new HangingHandler());
        using var client = new RubatoClient(http, new RubatoClientOptions { Timeout = TimeSpan.FromMilliseconds(20) });
        await Assert.ThrowsAsync<TimeoutException>(() => client.SearchAsync("{}", cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SearchAsync("{}", cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task SearchAllAsync_MoreThanAPage_GivesEveryTraceOnceNewestFirst()
    {
        // 25 traces, of which 12 start in one second: more than a page of 5.
        (string Id, long Nano)[] traces = [.. Enumerable.Range(1, 25).Select(i => ($"{i:x}", (i is > 6 and <= 18 ? 1_000 : 1_000 + i - 12) * 1_000_000_000L + i))];
        var server = new StubHandler(request =>
        {
            Dictionary<string, string> q = request.RequestUri!.Query[1..].Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));
            Assert.EndsWith("with(most_recent=true)", q["q"], StringComparison.Ordinal);
            var found = traces.Where(t => t.Nano < long.Parse(q["end"]) * 1_000_000_000 && t.Nano >= long.Parse(q["start"]) * 1_000_000_000).OrderByDescending(t => t.Nano).Take(int.Parse(q["limit"]));
            return Json($$"""{"traces":[{{string.Join(',', found.Select(t => $$"""{"traceID":"{{t.Id}}","startTimeUnixNano":"{{t.Nano}}"}"""))}}]}""");
        });

        List<long> starts = [];
        await foreach (TraceSummary trace in Client(server).SearchAllAsync("{ }", DateTimeOffset.FromUnixTimeSeconds(900), DateTimeOffset.FromUnixTimeSeconds(1_100), pageSize: 5, TestContext.Current.CancellationToken))
        {
            starts.Add(trace.StartTimeUnixNano);
        }

        Assert.Equal(traces.Select(t => t.Nano).OrderDescending(), starts);
    }

    [Fact]
    public async Task Tags_AndValues_AreTyped()
    {
        StubHandler server = Answers("""{"scopes":[{"name":"resource","tags":["service.name"]},{"name":"span"}],"metrics":{}}""");
        IReadOnlyList<TagScope> scopes = await Client(server).GetTagNamesAsync("span", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([("resource", 1), ("span", 0)], scopes.Select(s => (s.Scope, s.Names.Count)));
        Assert.Equal("/api/v2/search/tags?scope=span", server.Asked.Single());

        server = Answers("""{"tagValues":[{"type":"string","value":"GET"},{"type":"int","value":"200"}]}""");
        IReadOnlyList<TagValue> values = await Client(server).GetTagValuesAsync("span.a/b c", "{ status = error }", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([new TagValue("string", "GET"), new TagValue("int", "200")], values);
        Assert.Equal("/api/v2/search/tag/span.a%2Fb%20c/values?q=%7B%20status%20%3D%20error%20%7D", server.Asked.Single());
    }

    [Fact]
    public async Task Metrics_RangeAndInstant_AreTyped()
    {
        StubHandler server = Answers("""
            {"series":[{"labels":[{"key":"resource.service.name","value":{"stringValue":"cart"}}],"samples":[{"timestampMs":"1700000015000","value":1.2},{"timestampMs":"1700000030000"}],
              "exemplars":[{"labels":[{"key":"trace:id","value":{"stringValue":"7a1c5b"}}],"value":0.44,"timestampMs":"1700000012345"}]}],"status":"PARTIAL","message":"cut"}
            """);
        var start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        MetricsResult range = await Client(server).QueryRangeAsync("{ } | rate()", start, start.AddMinutes(5), TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        MetricsSeries series = Assert.Single(range.Series);
        Assert.Equal(("cut", "cart", 1.2, 0.0), (range.Incomplete, series.Labels["resource.service.name"].ToString(), series.Samples[0].Value, series.Value));
        Assert.Equal(start.AddSeconds(15), series.Samples[0].Time);
        Assert.Equal(("7a1c5b".PadLeft(32, '0'), 0.44), (Assert.Single(series.Exemplars).TraceId, series.Exemplars[0].Value));
        Assert.EndsWith("&start=1700000000&end=1700000300&step=0.5", server.Asked.Single(), StringComparison.Ordinal);

        server = Answers("""{"series":[{"labels":[],"value":3.5},{"labels":[]}],"metrics":{}}""");
        MetricsResult instant = await Client(server).QueryInstantAsync("{ } | rate()", start, start.AddMinutes(5), TestContext.Current.CancellationToken);
        Assert.Equal([3.5, 0], instant.Series.Select(s => s.Value));
    }

    [Fact]
    public async Task ServiceGraph_IsTypedAndPrints()
    {
        StubHandler server = Answers("""
            {"nodes":[{"id":"order-system","label":"order-system","calls":20,"error_rate":0.05,"avg_duration":12.5,"type":"service"}],
             "edges":[{"source":"user","target":"order-system","calls":10,"error_rate":0.1,"avg_duration":180.2}]}
            """);

        ServiceGraph graph = await Client(server).GetServiceGraphAsync(service: "order-system", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("/api/metrics/service_graph?service=order-system", server.Asked.Single());
        using var output = new StringWriter { NewLine = "\n" };
        graph.Print(output);
        Assert.Equal("""
            Service nodes:
              order-system: 20 calls, 5.00% errors, 12.50ms avg
            Service edges:
              user → order-system: 10 calls, 10.00% errors, 180.20ms avg

            """.ReplaceLineEndings("\n"), output.ToString());
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAQ==", 32, "00000000000000000000000000000001")]
    [InlineData("AAAAAAAAAAI=", 16, "0000000000000002")]
    [InlineData("7A1C5B", 32, "000000000000000000000000007a1c5b")]
    [InlineData("abcdefabcdef", 16, "0000abcdefabcdef")]
    [InlineData("", 16, "")]
    [InlineData(null, 16, "")]
    public void Id_EveryForm_IsHexadecimal(string? text, int digits, string expected) => Assert.Equal(expected, AnswerReader.Id(text, digits));

    [Fact]
    public void Constructor_NoHttpAddress_IsRefused() => Assert.Throws<ArgumentException>(() => new RubatoClient("ftp://x"));

    private static RubatoClient Client(StubHandler server, string address = "http://localhost:3200", string tenant = "") =>
        new(new HttpClient(server), new RubatoClientOptions { BaseAddress = new Uri(address), Tenant = tenant });

    private static StubHandler Answers(string body, HttpStatusCode status = HttpStatusCode.OK) => new(_ => Json(body, status));

    private static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private sealed class HangingHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
