using System.Diagnostics;
using System.Text.Json.Nodes;
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

    private static int Code(JsonObject answer) => (int)answer["code"]!;

    private static JsonArray Messages(JsonObject answer) => answer["messages"]!.AsArray();
}
