using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Spans;
using Rubato.Query.Api.Streaming;
using Rubato.Query.Api.Streaming.Messages;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Xunit;
using SearchMetrics = Rubato.TraceQL.Execution.SearchMetrics;

namespace Rubato.UnitTests.Query.Api.Streaming;

public sealed class MetricsStreamTests
{
    private static readonly TimeBuckets Buckets = new(0, 1_000_000_000, 4);
    private static readonly SearchMetrics Metrics = new(0, 10, 100, 2, 1000, 1, 0);

    private readonly FakeTimeProvider _time = new();
    private readonly Messages _messages = new();

    [Fact]
    public async Task A_report_has_the_samples_of_the_certain_intervals_and_no_exemplars()
    {
        var stream = CreateSut(isInstant: false);
        await stream.ReportAsync(new CertainIntervals([Series("a", 1, 2, 3, 4), Series("b", 5, 6, double.NaN, double.NaN)], Buckets, 2, 4), Metrics, 3);
        var message = QueryRangeResponse.Parser.ParseFrom(Assert.Single(_messages.Sent));
        var series = Assert.Single(message.Series);
        Assert.Equal([(3000L, 3.0), (4000L, 4.0)], series.Samples.Select(s => (s.TimestampMs, s.Value)));
        Assert.Empty(series.Exemplars);
        Assert.Equal((1u, 3u), (message.Metrics.CompletedJobs, message.Metrics.TotalJobs));
        Assert.Equal(PartialStatus.Complete, message.Status);
    }

    [Fact]
    public async Task Nothing_certain_is_a_message_with_metrics_alone()
    {
        await CreateSut(isInstant: false).ReportAsync(null, Metrics, 3);
        var message = QueryRangeResponse.Parser.ParseFrom(Assert.Single(_messages.Sent));
        Assert.Empty(message.Series);
        Assert.Equal(10ul, message.Metrics.InspectedSpans);
    }

    [Fact]
    public async Task An_instant_query_tells_its_values_at_the_end_only()
    {
        var stream = CreateSut(isInstant: true);
        var instant = TimeBuckets.Instant(0, 5_000_000_000);
        await stream.ReportAsync(new CertainIntervals([Series("a", 1)], instant, 0, 1), Metrics, 3);
        await stream.FinishAsync(new MetricsResult(instant, [Series("a", 7)], null, Metrics, []));
        Assert.Empty(QueryInstantResponse.Parser.ParseFrom(_messages.Sent[0]).Series);
        Assert.Equal(7, Assert.Single(QueryInstantResponse.Parser.ParseFrom(_messages.Sent[1]).Series).Value);
    }

    [Fact]
    public async Task The_end_is_the_whole_answer_in_bounded_messages_and_the_last_says_that_it_is_partial()
    {
        var stream = CreateSut(isInstant: false, maxBytes: 120);
        await stream.FinishAsync(new MetricsResult(Buckets, [Series("a", 1, 2, 3, 4), Series("b", 5, 6, 7, 8)], "cut", Metrics, ["damaged"]));
        var messages = _messages.Sent.Select(QueryRangeResponse.Parser.ParseFrom).ToList();
        Assert.Equal(2, messages.Count);
        Assert.Equal([4, 4], messages.SelectMany(m => m.Series).Select(s => s.Samples.Count));
        Assert.All(messages, m => Assert.Equal((1u, 2u), (m.Metrics.CompletedJobs, m.Metrics.TotalJobs)));
        Assert.Equal([(PartialStatus.Complete, ""), (PartialStatus.Partial, "cut")], messages.Select(m => (m.Status, m.Message)));
    }

    [Fact]
    public async Task A_report_is_due_half_a_second_after_the_last_one()
    {
        var stream = CreateSut(isInstant: false);
        Assert.False(stream.IsDue);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(stream.IsDue);
        await stream.ReportAsync(null, Metrics, 1);
        Assert.False(stream.IsDue);
    }

    private MetricsStream CreateSut(bool isInstant, int maxBytes = 2000) =>
        new(new PacketStream(_messages, maxBytes, CancellationToken.None), _time, isInstant);

    private static MetricsSeries Series(string name, params double[] values) => new(
        [new("name", AttributeValue.Of(name))], values, [new MetricsExemplar([new("trace:id", AttributeValue.Of("1"))], 1, 1500)]);

    private sealed class Messages : IServerStreamWriter<byte[]>
    {
        public List<byte[]> Sent { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(byte[] message)
        {
            Sent.Add(message);
            return Task.CompletedTask;
        }

        public Task WriteAsync(byte[] message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
