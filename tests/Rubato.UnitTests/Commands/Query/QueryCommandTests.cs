using System.CommandLine;
using Rubato.Commands.Query;
using Xunit;

namespace Rubato.UnitTests.Commands.Query;

/// <summary>The command as a user types it, against a real listener.</summary>
public sealed class QueryCommandTests
{
    private const string OneTrace = """
        {"traces":[{"traceID":"7a1c5b","rootServiceName":"shop [red]","rootTraceName":"GET /","startTimeUnixNano":"1700000000000000000","durationMs":231,
        "spanSets":[{"spans":[],"matched":4}]}],"metrics":{"inspectedBytes":"193000"}}
        """;

    [Fact]
    public async Task Search_ShowsOneRowATrace()
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(200, OneTrace);

        (int code, string output, _) = await RunAsync(tempo, "search", "{ status = error }", "--limit", "5", "--since", "1h", "--org-id", "team-a");

        Assert.Equal(0, code);
        Assert.Matches(@"7a1c5b\s+2023-11-14 22:13:20\.000\s+231 ms\s+shop \[red\]\s+GET /\s+4", output);
        Assert.Equal("/api/search?q=%7B%20status%20%3D%20error%20%7D&since=1h&limit=5", Assert.Single(tempo.Questions));
        Assert.Equal("team-a", tempo.Tenant);
    }

    [Fact]
    public async Task Search_Json_IsTheServersAnswerAsItIs()
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(200, OneTrace);
        Assert.Equal((0, OneTrace + "\n", ""), await RunAsync(tempo, "search", "{}", "--output", "json"));
    }

    [Fact]
    public async Task Search_RefusedQuery_ShowsTheTextAndTheCaret()
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(400, "invalid TraceQL query: parse error at line 1, col 3: no");
        Assert.Equal(
            (1, "", "rubato query: invalid TraceQL query: parse error at line 1, col 3: no (HTTP 400)\n  { foo }\n    ^\n"),
            await RunAsync(tempo, "search", "{ foo }"));
    }

    [Fact]
    public async Task Trace_NotThere_SaysSo()
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(404, "");
        Assert.Equal((1, "", "rubato query: trace 00ff not found\n"), await RunAsync(tempo, "trace", "00ff"));
    }

    [Theory]
    [InlineData("trace", "xyz", "'xyz' is not a trace id: must be 1 to 32 hex digits")]
    [InlineData("search", "{}", "--end needs --start", "--end", "5")]
    public async Task Run_BadArgument_IsOneLineAndAsksNothing(string command, string argument, string expected, params string[] more)
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(200, "{}");
        Assert.Equal((1, "", $"rubato query: {expected}\n"), await RunAsync(tempo, [command, argument, .. more]));
        Assert.Empty(tempo.Questions);
    }

    [Fact]
    public async Task Run_NobodyListens_IsOneLine()
    {
        FakeTempo tempo = await FakeTempo.StartAsync(200, "{}");
        await tempo.DisposeAsync();
        (int code, _, string error) = await RunAsync(tempo, "tags");
        Assert.Equal(1, code);
        Assert.Equal($"rubato query: cannot reach {tempo.Address}/: connection refused. Is the server running, and is --address right?\n", error);
    }

    [Fact]
    public async Task Run_NotJson_SaysThatItIsNoTempo()
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(200, "<html>");
        (_, _, string error) = await RunAsync(tempo, "tags", "--scope", "span");
        Assert.Contains("did not answer with JSON", error);
        Assert.Equal("/api/v2/search/tags?scope=span", Assert.Single(tempo.Questions));
    }

    [Fact]
    public async Task Values_NameWithASlash_StaysOnePathSegment()
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(200, """{"tagValues":[{"type":"string","value":"a/b"}]}""");
        (_, string output, _) = await RunAsync(tempo, "values", "span.a/b", "--q", "{ kind = server }");
        Assert.Matches(@"string\s+a/b", output);
        Assert.Equal("/api/v2/search/tag/span.a%2Fb/values?q=%7B%20kind%20%3D%20server%20%7D", Assert.Single(tempo.Questions));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task Repeat_AsksSoOftenOverOneConnection(int status)
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(status, "");
        (int code, string output, _) = await RunAsync(tempo, "trace", "ab", "--repeat", "10");
        Assert.Equal(0, code);
        Assert.StartsWith($"10 x HTTP {status}: p50 ", output);
        Assert.Equal(10 + 3, tempo.Questions.Count);
        Assert.Single(tempo.Connections);
    }

    [Fact]
    public async Task Repeat_FailingQuestion_IsNotMeasured()
    {
        await using FakeTempo tempo = await FakeTempo.StartAsync(501, "not executed yet");
        Assert.Equal((1, "", "rubato query: not executed yet (HTTP 501)\n"), await RunAsync(tempo, "search", "{}", "--repeat", "10"));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(FakeTempo tempo, params string[] arguments)
    {
        (StringWriter output, StringWriter error) = (new(), new());
        int code = await QueryCommand.Create(TimeProvider.System).Parse([.. arguments, "--address", tempo.Address])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
