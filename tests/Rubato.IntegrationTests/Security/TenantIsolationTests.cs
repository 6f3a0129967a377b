using System.Globalization;
using System.Net;
using System.Text;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.Jaeger;

namespace Rubato.IntegrationTests.Security;

/// <summary>
/// Every endpoint, asked as another tenant: nothing that the tenant sent comes out. Each that answers is asked as the owner too, so
/// that none is quiet for another reason. What a tenant sends has one word in every name and value, which is looked for.
/// </summary>
public sealed class TenantIsolationTests(TenantIsolationTests.TenantServer shared) : IClassFixture<TenantIsolationTests.TenantServer>
{
    private const string Word = "redsecret";

    private readonly RubatoProcess _server = shared.Server;

    /// <summary>One server with every receiver and tenants.</summary>
    public sealed class TenantServer : IAsyncLifetime
    {
        private RubatoProcess? _server;

        internal RubatoProcess Server => _server!;

        public async ValueTask InitializeAsync() => _server = await RubatoProcess.StartAsync(EveryReceiver.Settings()
            .With("multitenancy_enabled", "true").With("stream_over_http_enabled", "true"));

        public async ValueTask DisposeAsync()
        {
            if (_server is not null) await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nothing_of_a_tenant_comes_out_to_another()
    {
        var ids = new List<string>();
        foreach (var receiver in EveryReceiver.Names)
        {
            ids.Add(Make.TraceId());
            Assert.Equal("ok", await EveryReceiver.SendAsync(_server, receiver, ids[^1], Word, "red"));
        }

        // A tenant with data of its own, so that answers are not empty for want of a tenant.
        Assert.Equal("ok", await EveryReceiver.SendAsync(_server, "otlp-http", Make.TraceId(), "bluethings", "blue"));

        await AssertApartAsync(ids);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Api.GetAsync("/flush?tenant=green")).Status);
        await _server.Api.FlushAsync();
        await AssertApartAsync(ids);
    }

    [Fact]
    public async Task Every_receiver_refuses_what_is_no_tenant()
    {
        foreach (var receiver in EveryReceiver.Names)
        {
            var unauthenticated = receiver switch
            {
                "otlp-http" or "zipkin" => "401: ",
                // Tempo's answer of this port to whatever its consumer refuses.
                "jaeger-thrift-http" => "500: ",
                _ => "Unauthenticated: ",
            };
            var invalid = receiver switch
            {
                "otlp-http" or "zipkin" => "400: ",
                "jaeger-thrift-http" => "500: ",
                _ => "InvalidArgument: ",
            };
            var id = Make.TraceId();
            var nobody = await EveryReceiver.SendAsync(_server, receiver, id, "nobodys", tenant: null);
            Assert.True(nobody.StartsWith(unauthenticated, StringComparison.Ordinal) && nobody.Contains("no org id", StringComparison.Ordinal), $"{receiver}: {nobody}");
            foreach (var tenant in (string[])["a/b", "..", ".", "red|blue", "a b", new string('x', 151)])
            {
                var answer = await EveryReceiver.SendAsync(_server, receiver, id, "nobodys", tenant);
                Assert.True(answer.StartsWith(invalid, StringComparison.Ordinal), $"{receiver}, tenant {tenant}: {answer}");
            }
        }

        Assert.False(Directory.Exists(Path.Combine(_server.BlocksFolder, "..", "b")));
    }

    [Theory]
    [InlineData("jaeger-thrift-compact", true)]
    [InlineData("jaeger-thrift-binary", false)]
    public async Task Packets_have_no_tenant_and_are_dropped(string port, bool isCompact)
    {
        var labels = $"transport=\"udp_{port[7..].Replace('-', '_')}\",reason=\"no_tenant\"";
        var before = await _server.Api.MetricAsync("rubato_jaeger_udp_dropped_packets_total", labels);
        await JaegerSenders.UdpAsync(_server.Log.Listeners()[port], JaegerThriftWriter.Packet(EveryReceiver.Batch(Make.TraceId(), "nobodys"), isCompact));
        await Within.Get(
            TimeSpan.FromSeconds(20), () => _server.Api.MetricAsync("rubato_jaeger_udp_dropped_packets_total", labels), n => n == before + 1, "dropped");
    }

    [Fact]
    public async Task Every_question_refuses_what_is_no_tenant()
    {
        foreach (var path in Questions(Make.TraceId()))
        {
            var nobody = await _server.Api.GetAsync(path);
            Assert.True((nobody.Status, nobody.Text) == (HttpStatusCode.Unauthorized, "no org id\n"), $"{path}: {nobody}");
            foreach (var tenant in (string[])["a/b", "..", "red|..", "red|", new string('x', 151)])
            {
                var answer = await _server.Api.GetAsync(path, tenant: tenant);
                Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, $"{path}, tenant {tenant}: {answer}");
            }
        }

        foreach (var address in (Uri[])[_server.GrpcAddress, _server.Http])
        foreach (var (method, request) in Streams())
        foreach (var tenant in (string?[])[null, "a/b", "..", "red|.."])
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => RawGrpc.StreamAsync(address, "tempopb.StreamingQuerier", method, request, tenant));
            Assert.True(error.StatusCode is StatusCode.Unknown or StatusCode.InvalidArgument or StatusCode.Unauthenticated, $"{method}, tenant {tenant}: {error.Status}");
        }
    }

    private async Task AssertApartAsync(List<string> ids)
    {
        foreach (var path in ids.SelectMany(Questions).Distinct())
        foreach (var accept in (string[])["application/json", "application/protobuf"])
        {
            var owner = await _server.Api.GetAsync(path, accept, "red");
            Assert.True(owner.Status == HttpStatusCode.OK, $"{path}: {owner}");
            // An explanation has counts and no data.
            if (!path.StartsWith("/api/rubato/explain", StringComparison.Ordinal)) Assert.True(Tells(owner.Body, ids), $"{path} as its owner: {owner}");
            Assert.True(Tells((await _server.Api.GetAsync(path, accept, "blue|red")).Body, ids) == Tells(owner.Body, ids), $"{path} as both");
            foreach (var tenant in (string[])["blue", "green", "Red", "RED", "red.", "redd", "re", "single-tenant"])
            {
                var other = await _server.Api.GetAsync(path, accept, tenant);
                Assert.True((int)other.Status < 500, $"{path} as {tenant}: {other}");
                Assert.False(Tells(other.Body, path.Contains("traces/", StringComparison.Ordinal) ? [] : ids), $"{path} as {tenant}: {other}");
            }
        }

        foreach (var address in (Uri[])[_server.GrpcAddress, _server.Http])
        foreach (var (method, request) in Streams())
        {
            Assert.True(Tells(await RawGrpc.StreamAsync(address, "tempopb.StreamingQuerier", method, request, "red"), ids), method + " as its owner");
            foreach (var tenant in (string[])["blue", "green", "Red"])
                Assert.False(Tells(await RawGrpc.StreamAsync(address, "tempopb.StreamingQuerier", method, request, tenant), ids), $"{method} as {tenant}");
        }

        foreach (var path in (string[])["/ready", "/live", "/metrics", "/status", "/status/version", "/status/services", "/status/endpoints", "/status/config", "/status/runtime_config",
                                        "/status/usage-stats", "/status/overrides", "/ingester/ring", "/memberlist", "/api/status/buildinfo", "/api/echo"])
        {
            var answer = await _server.Api.GetAsync(path);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{path}: {answer}");
            Assert.False(Tells(answer.Body, ids), path);
        }
    }

    /// <summary>Whether the answer has something that the tenant sent, be it text or bytes.</summary>
    private static bool Tells(byte[] body, IReadOnlyList<string> ids)
    {
        var text = Encoding.Latin1.GetString(body);
        return text.Contains(Word, StringComparison.OrdinalIgnoreCase)
            || ids.Any(id => text.Contains(id.TrimStart('0'), StringComparison.OrdinalIgnoreCase) || body.AsSpan().IndexOf(Convert.FromHexString(id)) >= 0);
    }

    private static IEnumerable<string> Questions(string id)
    {
        var range = TempoApi.WideRange();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var metrics = string.Create(CultureInfo.InvariantCulture, $"start={now - 600}&end={now + 60}&step=60");
        var rate = Uri.EscapeDataString("{ } | count_over_time() by (resource.service.name)");
        return
        [
            $"/api/traces/{id}", $"/api/v2/traces/{id}",
            $"/api/search?q=%7B%20%7D&{range}", $"/api/search?limit=50&{range}",
            $"/api/search/tags?{range}", $"/api/v2/search/tags?{range}",
            $"/api/search/tag/service.name/values?{range}", $"/api/v2/search/tag/resource.service.name/values?{range}", $"/api/v2/search/tag/name/values?{range}",
            $"/api/metrics/query_range?q={rate}&{metrics}", $"/api/metrics/query?q={rate}&{metrics}",
            $"/api/rubato/explain?q=%7B%20%7D&{range}",
        ];
    }

    private static IEnumerable<(string Method, byte[] Request)> Streams()
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (start, end) = (now - 3000, now + 60);
        const ulong Nanos = 1_000_000_000;
        const string Count = "{ } | count_over_time() by (resource.service.name)";
        return
        [
            ("Search", RawGrpc.Message(m => m.Number(4, 50).Number(5, start).Number(6, end).Text(8, "{ }"))),
            ("SearchTags", RawGrpc.Message(m => m.Number(3, start).Number(4, end))),
            ("SearchTagsV2", RawGrpc.Message(m => m.Number(3, start).Number(4, end))),
            ("SearchTagValues", RawGrpc.Message(m => m.Text(1, "service.name").Number(4, start).Number(5, end))),
            ("SearchTagValuesV2", RawGrpc.Message(m => m.Text(1, "resource.service.name").Number(4, start).Number(5, end))),
            ("MetricsQueryRange", RawGrpc.Message(m => m.Text(1, Count).Number(2, start * Nanos).Number(3, end * Nanos).Number(4, 60 * Nanos))),
            ("MetricsQueryInstant", RawGrpc.Message(m => m.Text(1, Count).Number(2, start * Nanos).Number(3, end * Nanos))),
        ];
    }
}
