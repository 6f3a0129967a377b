using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>The streaming query API, asked by a gRPC client that is not .NET's (grpc-js), on the gRPC port and on the HTTP port.</summary>
public sealed class StreamingTests(SharedServer shared) : IAsyncLifetime
{
    private const int Ok = 0;
    private const int InvalidArgument = 3;
    private const int Unknown = 2;

    private RubatoProcess? _samePort;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_samePort is not null) await _samePort.DisposeAsync();
    }

    [Fact]
    public async Task A_search_ends_with_the_whole_answer_newest_first()
    {
        var mark = Make.TraceId();
        var ids = await SendAsync(shared.Server, mark, 12);
        var answer = await AskAsync(shared.Server.GrpcAddress, "search", new JsonObject
        {
            ["query"] = $$"""{ span.stream = "{{mark}}" }""", ["limit"] = 5, ["spansPerSpanSet"] = 3, ["start"] = Seconds(-600), ["end"] = Seconds(600),
        });
        Assert.Equal(Ok, Code(answer));
        var final = Messages(answer)[^1]!;
        Assert.Equal(ids.Take(5).Select(id => id.TrimStart('0')), final["traces"]!.AsArray().Select(t => (string?)t!["traceId"]));
        var trace = final["traces"]![0]!;
        Assert.Equal("tests", (string?)trace["rootServiceName"]);
        Assert.Equal(1, (int)trace["spanSets"]![0]!["matched"]!);
        Assert.True((int)final["metrics"]!["totalJobs"]! > 0);
    }

    [Fact]
    public async Task Names_and_values_come_as_over_http()
    {
        var mark = Make.TraceId();
        await SendAsync(shared.Server, mark, 3);
        var range = new JsonObject { ["start"] = Seconds(-600), ["end"] = Seconds(600) };

        var names = Messages(await AskAsync(shared.Server.GrpcAddress, "searchTags", With(range, "scope", "span")));
        Assert.Contains("stream", names.SelectMany(m => m!["tagNames"]!.AsArray()).Select(n => (string?)n));
        var scopes = Messages(await AskAsync(shared.Server.GrpcAddress, "searchTagsV2", With(range, "scope", ""))).SelectMany(m => m!["scopes"]!.AsArray()).ToList();
        Assert.Equal(["resource", "span", "intrinsic"], scopes.Select(s => (string?)s!["name"]).Where(n => n is "resource" or "span" or "intrinsic"));
        var values = Messages(await AskAsync(shared.Server.GrpcAddress, "searchTagValues", With(range, "tagName", "stream")));
        Assert.Contains(mark, values.SelectMany(m => m!["tagValues"]!.AsArray()).Select(v => (string?)v));
        var typed = Messages(await AskAsync(shared.Server.GrpcAddress, "searchTagValuesV2", With(range, "tagName", "span.stream")));
        Assert.Contains(typed.SelectMany(m => m!["tagValues"]!.AsArray()), v => (string?)v!["type"] == "string" && (string?)v["value"] == mark);
    }

    [Fact]
    public async Task What_cannot_be_answered_has_a_code_and_the_text_of_http()
    {
        var wrong = await AskAsync(shared.Server.GrpcAddress, "search", new JsonObject { ["query"] = "{ span.a = }" });
        Assert.Equal(InvalidArgument, Code(wrong));
        Assert.Contains("invalid TraceQL query: ", (string?)wrong["details"], StringComparison.Ordinal);
        var empty = await AskAsync(shared.Server.GrpcAddress, "searchTagValues", new JsonObject());
        Assert.Equal((InvalidArgument, "please provide a non-empty tagName"), (Code(empty), (string?)empty["details"]));
        var both = await AskAsync(shared.Server.GrpcAddress, "search", new JsonObject { ["query"] = "{ }", ["tags"] = new JsonObject { ["a"] = "b" } });
        Assert.Equal(InvalidArgument, Code(both));
    }

    [Fact]
    public async Task An_empty_answer_is_one_message_with_metrics()
    {
        var answer = await AskAsync(shared.Server.GrpcAddress, "search", new JsonObject { ["query"] = """{ span.no.such.key = "x" }""" });
        var messages = Messages(answer);
        Assert.NotEmpty(messages);
        Assert.All(messages, m => Assert.Null(m!["traces"]));
        Assert.NotNull(messages[^1]!["metrics"]);
    }

    [Fact]
    public async Task A_long_answer_comes_in_messages_of_bounded_size()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("query_frontend.max_grpc_streaming_packet_size", "2000"));
        var mark = Make.TraceId();
        var ids = await SendAsync(server, mark, 40);
        var answer = await AskAsync(server.GrpcAddress, "search", new JsonObject
        {
            ["query"] = $$"""{ span.stream = "{{mark}}" }""", ["limit"] = 40, ["start"] = Seconds(-600), ["end"] = Seconds(600),
        });
        var messages = Messages(answer);
        Assert.True(messages.Count > 2, $"{messages.Count} messages");
        Assert.All(messages, m => Assert.NotNull(m!["metrics"]));
        // On a slow machine some come before, and again with the whole answer.
        Assert.Equal(ids.Select(id => id.TrimStart('0')), messages.SelectMany(m => m!["traces"]?.AsArray() ?? []).Select(t => (string?)t!["traceId"]).Distinct());
    }

    [Fact]
    public async Task The_http_port_speaks_both_when_it_is_asked_to_and_tenants_stay_apart()
    {
        _samePort = await RubatoProcess.StartAsync(new RubatoSettings().With("stream_over_http_enabled", "true").With("multitenancy_enabled", "true"));
        var id = Make.TraceId();
        await _samePort.Otlp.SendAsync(Make.Request(Make.Span(id)), "red");
        var question = new JsonObject { ["query"] = "{ }", ["start"] = Seconds(-600), ["end"] = Seconds(600) };

        foreach (var address in (Uri[])[_samePort.Http, _samePort.GrpcAddress])
        {
            var red = Messages(await AskAsync(address, "search", question, "red"))[^1];
            Assert.Equal(id.TrimStart('0'), (string?)red!["traces"]![0]!["traceId"]);
            Assert.All(Messages(await AskAsync(address, "search", question, "blue")), m => Assert.Null(m!["traces"]));
            var nobody = await AskAsync(address, "search", question);
            Assert.Equal((Unknown, "no org id"), (Code(nobody), (string?)nobody["details"]));
        }

        Assert.Equal([id], await _samePort.Api.SearchIdsAsync("{ }", tenant: "red"));
    }

    [Fact]
    public async Task Metrics_over_a_range_and_at_once_are_those_of_http()
    {
        var mark = Make.TraceId();
        await SendAsync(shared.Server, mark, 12);
        var (start, end) = (Nanos(-60), Nanos(60));
        var query = $$"""{ span.stream = "{{mark}}" } | count_over_time() by (resource.service.name)""";

        var range = await AskAsync(shared.Server.GrpcAddress, "metricsQueryRange", new JsonObject { ["query"] = query, ["start"] = start, ["end"] = end, ["step"] = "10000000000" });
        Assert.Equal(Ok, Code(range));
        var final = Messages(range)[^1]!;
        var series = final["series"]!.AsArray().Single()!;
        Assert.Equal("tests", (string?)series["labels"]![0]!["value"]!["stringValue"]);
        Assert.Equal(12, series["samples"]!.AsArray().Sum(s => (double?)s!["value"] ?? 0));
        Assert.NotEmpty(series["exemplars"]!.AsArray());
        Assert.True((int)final["metrics"]!["totalJobs"]! > 0);
        var http = JsonNode.Parse(await shared.Server.Api.TextAsync($"/api/metrics/query_range?q={Uri.EscapeDataString(query)}&start={start}&end={end}&step=10"))!;
        Assert.Equal(
            http["series"]![0]!["samples"]!.AsArray().Select(s => (string?)s!["timestampMs"]), series["samples"]!.AsArray().Select(s => (string?)s!["timestampMs"]));

        var instant = Messages(await AskAsync(shared.Server.GrpcAddress, "metricsQueryInstant", new JsonObject { ["query"] = query, ["start"] = start, ["end"] = end }))[^1]!;
        Assert.Equal(12, (double)instant["series"]!.AsArray().Single()!["value"]!);

        var nothing = Messages(await AskAsync(
            shared.Server.GrpcAddress, "metricsQueryInstant", new JsonObject { ["query"] = """{ span.no.such.key = 1 } | max_over_time(duration)""" }));
        Assert.All(nothing, m => Assert.Null(m!["series"]));
        Assert.NotNull(nothing[^1]!["metrics"]);
    }

    [Theory]
    [InlineData("metricsQueryRange", "{ } | rat()", InvalidArgument, "parse error at line 1")]
    [InlineData("metricsQueryRange", "{ }", Unknown, "not a metrics query")]
    [InlineData("metricsQueryInstant", "{ } | rat()", InvalidArgument, "compiling query: parse error at line 1")]
    public async Task A_metrics_query_that_cannot_run_has_its_code(string method, string query, int code, string text)
    {
        var answer = await AskAsync(shared.Server.GrpcAddress, method, new JsonObject { ["query"] = query });
        Assert.Equal(code, Code(answer));
        Assert.Contains(text, (string?)answer["details"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ranges_that_make_no_sense_have_their_own_code()
    {
        var request = new JsonObject { ["query"] = "{ } | rate()", ["start"] = "2000000000", ["end"] = "1000000000" };
        var backwards = await AskAsync(shared.Server.GrpcAddress, "metricsQueryRange", request);
        Assert.Equal((Unknown, "end must be greater than start"), (Code(backwards), (string?)backwards["details"]));
        request = new JsonObject { ["query"] = "{ } | rate()", ["start"] = Nanos(-3600), ["end"] = Nanos(0), ["step"] = "1000" };
        var small = await AskAsync(shared.Server.GrpcAddress, "metricsQueryRange", request);
        Assert.Equal(Unknown, Code(small));
        Assert.StartsWith("step of 1000ns is too small", (string?)small["details"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_told_on_both_ports()
    {
        _samePort = await RubatoProcess.StartAsync(new RubatoSettings().With("stream_over_http_enabled", "true"));
        foreach (var address in (Uri[])[_samePort.Http, _samePort.GrpcAddress])
        {
            using var channel = GrpcChannel.ForAddress(address);
            var client = new Health.HealthClient(channel);
            foreach (var service in (string[])["", "tempopb.StreamingQuerier"])
            {
                var health = await client.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: TestContext.Current.CancellationToken);
                Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
            }

            var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
                await client.CheckAsync(new HealthCheckRequest { Service = "no.such" }, cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        }
    }

    /// <summary>Newest first.</summary>
    private static async Task<List<string>> SendAsync(RubatoProcess server, string mark, int traces)
    {
        var ids = new List<string>();
        for (ulong i = 0; i < (ulong)traces; i++)
        {
            var span = Make.Span(Make.TraceId(), attributes: Make.Attribute("stream", mark));
            span.StartTimeUnixNano -= i * 1_000_000_000;
            span.EndTimeUnixNano -= i * 1_000_000_000;
            ids.Add(Convert.ToHexStringLower(span.TraceId.Span));
            await server.Otlp.SendAsync(span);
        }

        return ids;
    }

    private static async Task<JsonObject> AskAsync(Uri address, string method, JsonObject request, string tenant = "")
    {
        Requires.NodeClients();
        var proto = Requires.RepositoryFolder("src", "Rubato.Query", "Protos");
        var start = new ProcessStartInfo("node", ["ask.js", address.Authority, Path.Combine(proto, "streaming_querier.proto"), method, request.ToJsonString(), tenant])
        {
            WorkingDirectory = Requires.RepositoryFolder("tests", "integration-clients"),
        };
        var run = await ProcessRun.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonNode.Parse(run.Output)!.AsObject();
    }

    private static JsonObject With(JsonObject request, string name, string value)
    {
        var copy = request.DeepClone().AsObject();
        copy[name] = value;
        return copy;
    }

    private static long Seconds(int fromNow) => DateTimeOffset.UtcNow.AddSeconds(fromNow).ToUnixTimeSeconds();

    private static string Nanos(int secondsFromNow) => Seconds(secondsFromNow).ToString(CultureInfo.InvariantCulture) + "000000000";

    private static int Code(JsonObject answer) => (int)answer["code"]!;

    private static JsonArray Messages(JsonObject answer) => answer["messages"]!.AsArray();
}
