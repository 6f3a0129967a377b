using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Generating;

/// <summary>Remote write against endpoints that do not always do what one would like, over real sockets.</summary>
public sealed class RemoteWriteTests
{
    [Fact]
    public async Task Each_answer_has_its_consequence_and_no_endpoint_holds_up_another()
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var refusing = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/write";
        closed.Dispose();
        await using var server = await RubatoProcess.StartAsync(Settings(
            $"{{name: good, url: '{fakes.Url("good")}'}}",
            $"{{name: refuses, url: '{fakes.Url("refuses", async (_, c) => await Answer(c, 400, "out of order sample"))}'}}",
            $"{{name: busy, url: '{fakes.Url("busy", (n, c) => Answer(c, n == 0 ? 429 : 204, retryAfter: "1"))}', queue_config: {{retry_on_http_429: true}}}}",
            $"{{name: busy-dropped, url: '{fakes.Url("busy-dropped", (_, c) => Answer(c, 429))}'}}",
            $"{{name: broken, url: '{fakes.Url("broken", (n, c) => Answer(c, n < 4 ? 500 : 204))}', queue_config: {{min_backoff: 50ms, max_backoff: 200ms}}}}",
            $"{{name: closed, url: '{refusing}', queue_config: {{max_backoff: 100ms}}}}",
            $"{{name: silent, url: '{fakes.Silent}', remote_timeout: 300ms, queue_config: {{max_backoff: 100ms}}}}"));
        await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId(), 1), Make.Span(Make.TraceId(), 2)]));

        await fakes.HasAsync("good", r => Calls(r) == 2, "both spans");
        var first = fakes.Requests("good")[0];
        Assert.Equal(
            ("application/x-protobuf", "snappy", "0.1.0", false),
            (first.Headers["Content-Type"], first.Headers["Content-Encoding"], first.Headers["X-Prometheus-Remote-Write-Version"], first.Headers.ContainsKey("X-Scope-OrgID")));
        Assert.All(first.Series(), s => Assert.Equal(s.Labels.Split(',').Order(StringComparer.Ordinal), s.Labels.Split(',')));

        // Dropped, counted, sent no second time, and said once although collections go on.
        await IsAsync(server, "samples_failed_total", "refuses", v => v > 0);
        await IsAsync(server, "samples_failed_total", "busy-dropped", v => v > 0);
        await fakes.HasAsync("refuses", r => r.Count >= 3, "further collections");
        Assert.Equal(0, await ValueAsync(server, "samples_retried_total", "refuses"));
        Assert.Single(server.Log.Lines, l => l.Contains("endpoint=refuses", StringComparison.Ordinal) && l.Contains("out of order sample", StringComparison.Ordinal));

        // Tried again, as late as they ask for, and nothing is lost.
        await fakes.HasAsync("busy", r => Calls(r) == 2 && r.Count >= 2, "the samples again");
        Assert.Equal(fakes.Requests("busy")[0].Body, fakes.Requests("busy")[1].Body);
        Assert.Equal("1", fakes.Requests("busy")[1].Headers["Retry-Attempt"]);
        Assert.Equal(0, await ValueAsync(server, "samples_failed_total", "busy"));
        await fakes.HasAsync("broken", r => r.Count >= 5, "the samples again");
        Assert.Equal(Enumerable.Repeat(fakes.Requests("broken")[0].Body, 4), fakes.Requests("broken").Skip(1).Take(4).Select(r => r.Body));
        await IsAsync(server, "samples_total", "broken", v => v > 0);

        foreach (var name in new[] { "closed", "silent" })
        {
            await IsAsync(server, "samples_retried_total", name, v => v > 0);
            await IsAsync(server, "samples_pending", name, v => v > 0);
            Assert.Equal(0, await ValueAsync(server, "samples_failed_total", name));
        }

        await Within.Become(TimeSpan.FromSeconds(20), () => server.Log.Contains("remote_timeout"), "the log names the key");
        // Neither of them holds the end up.
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Certificates_and_credentials_are_as_configured()
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        using var folder = new TestFolder();
        using var other = new Security.Certificates("another authority");
        await File.WriteAllTextAsync(folder.File("ca.pem"), fakes.Authority.Authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("other.pem"), other.Authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("password"), "p:1\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("token"), "secret-token\n", TestContext.Current.CancellationToken);
        var tokens = fakes.Url("token", (n, c) => Answer(c, 200, $$"""{"access_token":"token-{{n}}","expires_in":3600,"token_type":"Bearer"}"""));
        await using var server = await RubatoProcess.StartAsync(Settings(
            $"{{name: tls, url: '{fakes.Url("tls", null, "https")}', tls_config: {{ca_file: {folder.File("ca.pem")}, min_version: TLS12}}}}",
            $"{{name: wrong-ca, url: '{fakes.Url("wrong-ca", null, "https")}', tls_config: {{ca_file: {folder.File("other.pem")}}}}}",
            $"{{name: unchecked, url: '{fakes.Url("unchecked", null, "https")}', tls_config: {{insecure_skip_verify: true}}}}",
            $"{{name: basic, url: '{fakes.Url("basic")}', basic_auth: {{username: me, password_file: {folder.File("password")}}}}}",
            $"{{name: bearer, url: '{fakes.Url("bearer")}', authorization: {{credentials_file: {folder.File("token")}}}}}",
            // The first token is called back: the second one is asked for, once.
            $"{{name: oauth2, url: '{fakes.Url("oauth2", (n, c) => Answer(c, n == 0 ? 401 : 204))}', oauth2: {{token_url: '{tokens}', client_id: me, client_secret: s, scopes: [write, read]}}}}",
            $"{{name: headers, url: '{fakes.Url("headers")}', headers: {{X-Team: shop}}}}",
            $"{{name: relabel, url: '{fakes.Url("relabel")}', write_relabel_configs: [{{source_labels: [__name__], regex: traces_spanmetrics_calls.*, action: keep}}, {{source_labels: [service], target_label: app}}, {{regex: service, action: labeldrop}}]}}"));
        await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId(), 1)]));

        foreach (var name in new[] { "tls", "unchecked" }) await fakes.HasAsync(name, r => Calls(r) == 1, "the samples");
        Assert.Equal("Basic " + Convert.ToBase64String("me:p:1"u8), (await fakes.HasAsync("basic", r => r.Count > 0, "a request"))[0].Headers["Authorization"]);
        Assert.Equal("Bearer secret-token", (await fakes.HasAsync("bearer", r => r.Count > 0, "a request"))[0].Headers["Authorization"]);
        Assert.Equal("shop", (await fakes.HasAsync("headers", r => r.Count > 0, "a request"))[0].Headers["X-Team"]);
        var oauth2 = await fakes.HasAsync("oauth2", r => r.Count >= 3, "requests");
        Assert.Equal(["Bearer token-0", "Bearer token-1", "Bearer token-1"], oauth2.Take(3).Select(r => r.Headers["Authorization"]));
        Assert.Equal("grant_type=client_credentials&scope=write+read", System.Text.Encoding.UTF8.GetString(fakes.Requests("token")[0].Body));

        var relabeled = (await fakes.HasAsync("relabel", r => r.Count > 0, "a request")).SelectMany(r => r.Series()).ToList();
        Assert.All(relabeled, s => Assert.StartsWith("__metrics_gen_instance=", s.Labels, StringComparison.Ordinal));
        Assert.All(relabeled, s => Assert.Contains("__name__=traces_spanmetrics_calls_total,app=shop,", s.Labels, StringComparison.Ordinal));
        Assert.DoesNotContain(relabeled, s => s.Labels.Contains(",service=", StringComparison.Ordinal));
        Assert.True(await ValueAsync(server, "samples_dropped_total", "relabel") > 10);

        await IsAsync(server, "samples_retried_total", "wrong-ca", v => v > 0);
        Assert.Empty(fakes.Requests("wrong-ca"));
        Assert.Contains(server.Log.Lines, l => l.Contains("endpoint=wrong-ca", StringComparison.Ordinal) && l.Contains("certificate", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("secret-token", server.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tenants_are_named_unless_somebody_says_otherwise(bool adds)
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(
            folder.File("overrides.yaml"), "overrides: {b: {metrics_generator: {processors: [span-metrics], remote_write_headers: {X-Scope-OrgID: another, Authorization: Bearer b}}}}",
            TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(Settings($"{{name: plain, url: '{fakes.Url("plain")}'}}", $"{{name: own, url: '{fakes.Url("own")}', headers: {{x-scope-orgid: fixed}}}}")
            .With("multitenancy_enabled", "true")
            .With("metrics_generator.storage.remote_write_add_org_id_header", adds ? "true" : "false")
            .With("metrics_generator.registry.inject_tenant_id_as", "tenant")
            .With("overrides.per_tenant_override_config", folder.File("overrides.yaml")));
        foreach (var tenant in new[] { "a", "b" }) await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId(), 1)]), tenant);
        foreach (var (path, ofA) in new[] { ("plain", adds ? "a" : null), ("own", "fixed") })
        {
            await fakes.HasAsync(path, r => Of(r, "a").Count > 0 && Of(r, "b").Count > 0, "requests of both");
            Assert.All(Of(fakes.Requests(path), "a"), r => Assert.Equal(ofA, r.Headers.GetValueOrDefault("X-Scope-OrgID")));
            Assert.All(Of(fakes.Requests(path), "b"), r => Assert.Equal(("another", "Bearer b"), (r.Headers["X-Scope-OrgID"], r.Headers["Authorization"])));
        }

        static List<WriteRequest> Of(IReadOnlyList<WriteRequest> requests, string tenant) =>
            [.. requests.Where(r => r.Series().Exists(s => s.Labels.Contains($",tenant={tenant}", StringComparison.Ordinal)))];
    }

    [Fact]
    public async Task A_log_that_nobody_takes_stays_within_its_size()
    {
        await using var fakes = await FakeEndpoints.StartAsync();
        await using var server = await RubatoProcess.StartAsync(
            Settings($"{{name: silent, url: '{fakes.Silent}', remote_timeout: 300ms}}").With("metrics_generator.storage.max_log_bytes", "1048576"));
        for (var request = 0; request < 6; request++)
            await server.Grpc.SendAsync(Make.Request("shop", Enumerable.Range(0, 500).Select(i => Make.Span(Make.TraceId(), 1, $"operation {request}-{i}"))));
        await IsAsync(server, "samples_dropped_total", "silent", v => v > 0);
        var sizes = new DirectoryInfo(Path.Combine(server.Folder, "generator")).GetFiles("*.samples", SearchOption.AllDirectories).Select(f => f.Length).ToArray();
        // The latest collection is kept even where it alone is more.
        Assert.True(sizes.Sum() - sizes.Max() <= 1_048_576, string.Join(' ', sizes));
    }

    [Theory]
    [InlineData("sigv4: {region: eu-1}", "remote_write[0].sigv4 is not supported")]
    [InlineData("tls_config: {ca: no certificate}", "tls_config: certificate or key cannot be used")]
    public async Task What_cannot_work_is_refused_at_start(string more, string message)
    {
        var error = await Assert.ThrowsAsync<ServerEndedException>(() => RubatoProcess.StartAsync(Settings($"{{url: 'http://127.0.0.1:1/write', {more}}}")));
        Assert.Contains(message, error.Log, StringComparison.Ordinal);
    }

    private static Task Answer(HttpContext context, int status, string text = "", string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null && status == 429) context.Response.Headers.RetryAfter = retryAfter;
        return text.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>The largest value of the calls counter: what an endpoint knows.</summary>
    private static double Calls(IReadOnlyList<WriteRequest> requests) => requests.SelectMany(r => r.Series())
        .Where(s => s.Labels.Contains("__name__=traces_spanmetrics_calls_total", StringComparison.Ordinal)).Select(s => s.Value).DefaultIfEmpty(0).Max();

    private static Task<double> ValueAsync(RubatoProcess server, string metric, string endpoint) =>
        server.Api.MetricAsync("prometheus_remote_storage_" + metric, $"remote_name=\"{endpoint}\"");

    private static Task<double> IsAsync(RubatoProcess server, string metric, string endpoint, Func<double, bool> good) =>
        Within.Get(TimeSpan.FromSeconds(30), () => ValueAsync(server, metric, endpoint), good, $"{metric} of {endpoint}");

    private static RubatoSettings Settings(params string[] endpoints) => new RubatoSettings()
        .With("metrics_generator.registry.collection_interval", "1s")
        .With("metrics_generator.storage.path", "{folder}/generator")
        .With("metrics_generator.storage.remote_write", "[" + string.Join(", ", endpoints) + "]")
        .With("metrics_generator.processor.span_metrics.enabled", "true");
}
