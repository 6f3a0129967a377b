using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Rubato.Client;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Clients;

/// <summary>Every sample runs against the published server, with its waits shortened, and what it sent is found by query.</summary>
public sealed partial class SampleTests : IAsyncLifetime
{
    private RubatoProcess _server = null!;
    private RubatoClient _client = null!;

    private string Endpoint => "--Rubato:Endpoint=" + _server.OtlpGrpcAddress.GetLeftPart(UriPartial.Authority);

    // A server of its own: the samples' counts are exact.
    public async ValueTask InitializeAsync()
    {
        _server = await RubatoProcess.StartAsync(Settings());
        _client = new RubatoClient(_server.Http.GetLeftPart(UriPartial.Authority));
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Order_system_sends_the_guides_traces_with_its_failure_rates()
    {
        const int Orders = 600;
        var output = await SampleProgram.RunAsync("OrderSystem", Endpoint, "--orders", $"{Orders}", "--scale", "0.001", "--interval", "0", "--seed", "7", "--Rubato:MaxQueueSize=20000");
        var ids = OrderLine().Matches(output).Select(m => (Id: m.Groups[2].Value, Failed: m.Groups[1].Value.StartsWith("failed", StringComparison.Ordinal))).ToList();
        Assert.Equal(Orders, ids.Count);

        var traces = await AllAsync("""{ resource.service.name = "order-system" && name = "API.CreateOrder" }""");
        Assert.Equal(ids.Select(i => i.Id).Order(StringComparer.Ordinal), traces.Select(t => t.TraceId).Order(StringComparer.Ordinal));
        Assert.All(traces, t => Assert.Equal(("order-system", "API.CreateOrder"), (t.RootServiceName, t.RootTraceName)));

        // Each rate is that of the orders that got so far; five standard deviations.
        var auth = await CountAsync("""{ name = "Auth.ValidateToken" && status = error }""");
        var user = await CountAsync("""{ name = "User.DB.Query" && status = error }""");
        var payment = await CountAsync("""{ name = "Payment.Gateway.Call" && status = error }""");
        var hits = await CountAsync("""{ name = "User.Cache.Get" && span.cache.hit = true }""");
        Near(auth, Orders, 0.05);
        Near(user, Orders - auth, 0.03);
        Near(payment, Orders - auth - user, 0.02);
        Near(hits, Orders - auth - user, 0.80);
        Assert.Equal(ids.Count(i => i.Failed), auth + user + payment);
        Assert.Equal(auth + user + payment, await CountAsync("""{ name = "API.CreateOrder" && status = error }"""));

        var whole = (await _client.GetTraceAsync(ids.First(i => !i.Failed).Id, TestContext.Current.CancellationToken))!;
        Assert.Equal(
            ["API.CreateOrder", "Auth.ValidateToken", "Payment.DB.Update", "Payment.Gateway.Call", "Payment.Process", "User.Cache.Get", "User.DB.Query", "User.Validate"],
            whole.Spans.Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["api-gateway", "auth-service", "payment-service", "user-service"], whole.Spans.Select(s => s.ScopeName).Distinct().Order(StringComparer.Ordinal));
        var root = Assert.Single(whole.Roots);
        Assert.Equal((SpanKind.Server, SpanStatus.Ok, "Order created successfully"), (root.Kind, root.Status, Assert.Single(root.Events).Name));
        Assert.Equal((AttributeValueKind.Integer, AttributeValue.Of(99.99)), (root.Attributes["order.user_id"].Kind, root.Attributes["order.amount"]));
        Assert.Matches(@"^txn_\d+$", whole.Spans.Single(s => s.Name == "Payment.Gateway.Call").Attributes["payment.transaction_id"].ToString());
    }

    /// <summary>user → order-system, and order-system → postgresql: every order has one root, one query for each user, one more for each payment.</summary>
    [Fact]
    public async Task Order_system_gives_the_guides_service_graph()
    {
        const int Orders = 100;
        using (var answer = await new HttpClient().GetAsync(new Uri(_server.Http, "/api/metrics/service_graph"), TestContext.Current.CancellationToken))
            Requires.That(answer.StatusCode != System.Net.HttpStatusCode.NotFound, "this server has no service graph: /api/metrics/service_graph answers with 404");
        await SampleProgram.RunAsync("OrderSystem", Endpoint, "--orders", $"{Orders}", "--scale", "0.001", "--interval", "0", "--seed", "7");

        var graph = await Within.Get(
            TimeSpan.FromSeconds(40), () => _client.GetServiceGraphAsync(cancellationToken: TestContext.Current.CancellationToken),
            g => g.Edges.Any(e => e.Source == "user" && e.Calls == Orders), "the service graph with all orders");

        var users = await CountAsync("""{ name = "User.DB.Query" }""");
        var failed = await CountAsync("""{ name = "User.DB.Query" && status = error }""");
        var payments = await CountAsync("""{ name = "Payment.DB.Update" }""");
        var database = Assert.Single(graph.Edges, e => e is { Source: "order-system", Target: "postgresql" });
        Assert.Equal(users + payments, database.Calls);
        Assert.Equal((double)failed / database.Calls, database.ErrorRate, 6);
        Assert.Equal(Orders, graph.Nodes.Single(n => n.Id == "order-system").Calls);
    }

    [Fact]
    public async Task User_service_traces_its_requests_with_the_guides_failure_rates()
    {
        const int Requests = 400;
        await using (var service = await StartUserServiceAsync("--Rubato:SamplingRate=1", "--Rubato:MaxQueueSize=20000", "--Rubato:BatchTimeout=100ms"))
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            Assert.Equal("""{"code":200,"message":"OK"}""", await http.GetStringAsync("/health", TestContext.Current.CancellationToken));
            var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(async i =>
            {
                using var answer = await http.GetAsync($"/user?id={i}", TestContext.Current.CancellationToken);
                return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }));
            var failed = answers.Count(a => a.Item1 == 500);
            Near(failed, Requests, 0.10);
            Assert.Equal("""{"code":200,"message":"success","data":{"id":123,"username":"john_doe","email":"john@example.com"}}""", answers.First(a => a.Item1 == 200).Item2);
            Assert.Equal("""{"code":500,"message":"database connection timeout"}""", answers.First(a => a.Item1 == 500).Item2);

            // A caller's context is taken up.
            var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/user?id=caller");
            request.Headers.Add("traceparent", $"00-{caller.TraceId}-{caller.SpanId}-01");
            (await http.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();

            await Within.Get(TimeSpan.FromSeconds(20), () => CountAsync("""{ resource.service.name = "user-service" && name = "/user" }"""), n => n == Requests + 1, "all requests");
            Near(await CountAsync("""{ name = "Cache.Get" && span.cache.hit = true }"""), Requests - failed, 0.70);
            Assert.InRange(await CountAsync("""{ name = "/user" && kind = server && span.http.status_code = 500 && status = error && statusMessage = "HTTP 500" }"""), failed, failed + 1);
            Assert.InRange(await CountAsync("""{ name = "DB.QueryUser" && span.db.system = "postgresql" && status = error }"""), failed, failed + 1);
            Assert.Equal(1, await CountAsync("""{ name = "/health" && span.http.status_code = 200 }"""));
            var called = (await _client.GetTraceAsync(caller.TraceId.ToHexString(), TestContext.Current.CancellationToken))!;
            Assert.Equal(caller.SpanId.ToHexString(), called.Spans.Single(s => s.Name == "/user").ParentSpanId);
            Assert.Equal("production", called.Spans[0].Resource["deployment.environment"].ToString());
        }
    }

    [Fact]
    public async Task User_service_samples_a_tenth()
    {
        const int Requests = 500;
        await using var service = await StartUserServiceAsync("--Rubato:BatchTimeout=100ms");
        using var http = new HttpClient { BaseAddress = service.Address };
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => http.GetStringAsync("/health", TestContext.Current.CancellationToken)));

        // The last one is sampled by its caller: when it is there, the others are.
        var last = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Add("traceparent", $"00-{last}-{ActivitySpanId.CreateRandom()}-01");
        (await http.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();
        await Within.Get(TimeSpan.FromSeconds(20), () => _client.GetTraceAsync(last.ToHexString(), TestContext.Current.CancellationToken), t => t is not null, "the last request");

        Near(await CountAsync("""{ name = "/health" }""") - 1, Requests, 0.10);
    }

    [Fact]
    public async Task Traceql_console_shows_failed_traces_in_full()
    {
        await SampleProgram.RunAsync("OrderSystem", Endpoint, "--orders", "100", "--scale", "0.001", "--interval", "0", "--seed", "3");

        var output = await SampleProgram.RunAsync("TraceQLConsole", "--address", _server.Http.GetLeftPart(UriPartial.Authority), "--slower-than-ms", "0");

        Assert.Contains("{ duration > 0ns && status = error }", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^TraceID: [0-9a-f]{32}, Duration: \d+ms, Service: order-system$", output);
        Assert.Matches(@"(?m)^  API\.CreateOrder \[order-system\] \d+\.\d ms  ERROR (Authentication|User validation|Payment) failed$", output);
        Assert.Matches("Service nodes:|this server has no service graph", output);
    }

    [Fact]
    public async Task Metrics_exemplars_names_traces_that_are_there()
    {
        var output = await SampleProgram.RunAsync("MetricsExemplars", Endpoint, "--scale", "0.01");

        Assert.Matches(@"(?m)^http\.server\.duration ms count=5 sum=", output);
        Assert.Matches(@"(?m)^http\.server\.requests  5$", output);
        var exemplar = ExemplarLine().Match(output);
        var trace = (await _client.GetTraceAsync(exemplar.Groups[1].Value, TestContext.Current.CancellationToken))!;
        var span = trace.Spans.Single(s => s.SpanId == exemplar.Groups[2].Value);
        Assert.Equal(("HandleRequest", "metrics_recorded"), (span.Name, Assert.Single(span.Events).Name));
    }

    [Fact]
    public async Task Adaptive_sampling_keeps_failed_all_slow_half_and_few_quick_traces()
    {
        await SampleProgram.RunAsync("AdaptiveSampling", Endpoint, "--requests", "2000", "--scale", "0.2", "--Rubato:MaxQueueSize=20000");

        Assert.Equal(200, await CountAsync("""{ span.request.kind = "failed" }"""));
        Assert.Equal(200, await CountAsync("""{ name = "Work" && status = error }"""));
        Near(await CountAsync("""{ span.request.kind = "slow" }"""), 200, 0.505);
        var quick = await CountAsync("""{ span.request.kind = "quick" && duration < 200ms }""");
        Near(quick, 1600, 0.01);
    }

    [Theory]
    [InlineData("jaeger", "jaeger-thrift-http", "/api/traces")]
    [InlineData("zipkin", "zipkin", "/api/v2/spans")]
    public async Task Jaeger_and_zipkin_senders_reach_their_receivers(string protocol, string listener, string path)
    {
        var receiver = _server.Log.Listeners().GetValueOrDefault(listener);
        Requires.That(receiver is not null, $"this server has no listener {listener}; it has {string.Join(", ", _server.Log.Listeners().Keys)}");

        var output = await SampleProgram.RunAsync("JaegerAndZipkinSenders", $"--only={protocol}", $"--{protocol}={new Uri(receiver!, path)}");

        var id = Regex.Match(output, protocol + "-sender: trace ([0-9a-f]{32}) sent").Groups[1].Value;
        var trace = await Within.Get(TimeSpan.FromSeconds(10), () => _client.GetTraceAsync(id, TestContext.Current.CancellationToken), t => t is { Spans.Count: 2 }, "both spans");
        Assert.All(trace!.Spans, s => Assert.Equal(protocol + "-sender", s.ServiceName));
        var child = trace.Spans.Single(s => s.Kind == SpanKind.Client);
        Assert.Equal(("SELECT orders", "postgresql"), (child.Name, child.Attributes["db.system"].ToString()));
        Assert.Equal(trace.Spans.Single(s => s.Kind == SpanKind.Server).SpanId, child.ParentSpanId);
    }

    private static RubatoSettings Settings() => new RubatoSettings()
        .With("distributor.receivers.jaeger.protocols.thrift_http.endpoint", "127.0.0.1:0")
        .With("distributor.receivers.zipkin.endpoint", "127.0.0.1:0");

    private async Task<ServerProgram> StartUserServiceAsync(params string[] arguments) => await ServerProgram.StartAsync(
        SampleProgram.Start("UserService", [Endpoint, "--urls=http://127.0.0.1:0", "--scale=0.01", "--seed=5", .. arguments]), new Regex(@"Now listening on: (http://\S+)"));

    private async Task<List<TraceSummary>> AllAsync(string query)
    {
        List<TraceSummary> traces = [];
        await foreach (var trace in _client.SearchAllAsync(query, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddSeconds(1), pageSize: 100, TestContext.Current.CancellationToken)) traces.Add(trace);
        return traces;
    }

    private async Task<int> CountAsync(string query)
    {
        var found = await _client.SearchAsync(query, new SearchOptions { Limit = 100_000 }, TestContext.Current.CancellationToken);
        return found.Traces.Sum(t => t.SpanSets.Sum(s => s.Matched));
    }

    private static void Near(int count, int of, double rate)
    {
        var deviation = Math.Sqrt(of * rate * (1 - rate));
        Assert.True(Math.Abs(count - (of * rate)) <= (5 * deviation) + 1, string.Create(CultureInfo.InvariantCulture, $"{count} of {of} is not near {rate}"));
    }

    [GeneratedRegex(@"(?m)^order \d+ (done|failed: [^(]*) \(trace ([0-9a-f]{32})\)$")]
    private static partial Regex OrderLine();

    [GeneratedRegex(@"exemplar \d+\.\d traceID=([0-9a-f]{32}) spanID=([0-9a-f]{16})")]
    private static partial Regex ExemplarLine();
}
