using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Spans;
using Rubato.Query.Api.Streaming;
using Rubato.TraceQL.Execution;
using Xunit;

namespace Rubato.UnitTests.Query.Api.Streaming;

public sealed class SearchLinesTests
{
    private static readonly SearchMetrics Metrics = new(3, 10, 100, 2, 1000, 1, 0);

    private readonly FakeTimeProvider _time = new();
    private readonly DefaultHttpContext _http = new() { Response = { Body = new MemoryStream() } };

    [Fact]
    public async Task All_lines_together_are_the_answer_and_only_the_last_is_done()
    {
        var lines = CreateSut();
        await lines.ReportAsync([Trace(3), Trace(2)], Metrics, 7);
        await lines.ReportAsync([], Metrics, 7);
        await lines.FinishAsync(new SearchResult([Trace(3), Trace(2), Trace(1)], Metrics, ["block x is damaged"]) { Receipt = QueryReceipt.Empty });

        var sent = Sent();
        Assert.Equal(["3 2", "", "1"], sent.Select(line => string.Join(' ', line["traces"]!.AsArray().Select(t => (string?)t!["traceID"]))));
        Assert.Equal((1, 7), ((int)sent[0]["metrics"]!["completedJobs"]!, (int)sent[0]["metrics"]!["totalJobs"]!));
        Assert.Equal((1, 2), ((int)sent[2]["metrics"]!["completedJobs"]!, (int)sent[2]["metrics"]!["totalJobs"]!));
        Assert.Equal([false, false, true], sent.Select(line => line["done"] is not null));
        Assert.Equal([false, false, true], sent.Select(line => line["receipt"] is not null));
        Assert.Equal("application/x-ndjson", _http.Response.ContentType);
    }

    [Fact]
    public async Task A_report_is_due_a_fifth_of_a_second_after_the_last_one()
    {
        var lines = CreateSut();
        Assert.False(lines.IsDue);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(lines.IsDue);
        await lines.ReportAsync([], Metrics, 1);
        Assert.False(lines.IsDue);
    }

    [Fact]
    public async Task A_failure_after_the_first_line_is_a_line()
    {
        await CreateSut().ReportAsync([], Metrics, 1);
        await SearchLines.FailAsync(_http.Response, 503, "out of \"time\"\nsorry");

        var error = Sent()[^1]["error"]!;
        Assert.Equal((503, "out of \"time\"\nsorry"), ((int)error["status"]!, (string?)error["message"]));
    }

    private SearchLines CreateSut() => new(_http, _time, padTraceIds: false, CancellationToken.None);

    private List<JsonNode> Sent() =>
        [.. System.Text.Encoding.UTF8.GetString(((MemoryStream)_http.Response.Body).ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static TraceSearchResult Trace(ulong id) => new() { TraceId = new TraceId(0, id), StartUnixNano = id };
}
