using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>
/// Bad input over real sockets: the process lives, its memory stays bounded, good spans are kept. A server of its own,
/// because its memory is measured.
/// </summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    // An idle server has about 120 MB; a request may cost some times its 20 MiB for a moment.
    private const long MaxResidentBytes = 700L << 20;

    private RubatoProcess? _server;

    private RubatoProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await RubatoProcess.StartAsync(
        // Without a limit to a trace's size: what was kept is to be seen whole.
        new RubatoSettings().With("overrides.defaults.global.max_bytes_per_trace", "0"));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Truncated_and_corrupted_requests_never_hurt()
    {
        const int seed = 20_260_101;
        var random = new Random(seed);
        var good = Make.Request(Enumerable.Range(1, 20).Select(i => Make.Span(Make.TraceId(), (ulong)i, attributes: Make.Attribute("k", "v" + i))).ToArray()).ToByteArray();
        for (var i = 0; i < 400; i++)
        {
            var body = good.AsSpan(0, random.Next(3) == 0 ? random.Next(good.Length) : good.Length).ToArray();
            for (var flips = random.Next(1, 8); flips > 0 && body.Length > 0; flips--) body[random.Next(body.Length)] = (byte)random.Next(256);
            var answer = await Server.Otlp.PostAsync(body);
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"seed {seed}, round {i}: {answer}");
        }

        await AssertHealthyAsync();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task Values_nested_too_deep_are_refused_or_kept_but_never_overflow_a_stack(int depth)
    {
        var attribute = Field(9, [.. Field(1, "deep"u8.ToArray()), .. Field(2, NestedArrays(depth))]);
        byte[] span = [.. Field(1, new byte[16]), .. Field(2, [0, 0, 0, 0, 0, 0, 0, 1]), .. attribute];
        var answer = await Server.Otlp.PostAsync(Field(1, Field(2, Field(2, span))));
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, answer.ToString());
        if (depth > 1000) Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        await AssertHealthyAsync();
    }

    [Fact]
    public async Task Json_nested_too_deep_is_refused()
    {
        var answer = await Server.Otlp.PostJsonAsync(
            """{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":""" + string.Concat(Enumerable.Repeat("""{"arrayValue":{"values":[""", 50_000)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        await AssertHealthyAsync();
    }

    [Fact]
    public async Task A_length_of_2_GB_claims_no_memory()
    {
        foreach (var tag in (byte[])[0x0A, 0x12, 0x1A, 0x7A])
        {
            var answer = await Server.Otlp.PostAsync([tag, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1, 2, 3]);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        }

        await AssertHealthyAsync();
    }

    [Fact]
    public async Task A_content_length_of_2_GB_is_refused_at_once()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Server.OtlpHttpAddress.Host, Server.OtlpHttpAddress.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 2147483647\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 400", line, StringComparison.Ordinal);
        await AssertHealthyAsync();
    }

    [Fact]
    public async Task A_million_attributes_on_one_span_are_kept()
    {
        var id = Make.TraceId();
        var span = Make.Span(id);
        for (var i = 0; i < 1_000_000; i++) span.Attributes.Add(new KeyValue { Key = "k" + i.ToString("x", null), Value = new AnyValue { BoolValue = true } });
        var answer = await Server.Otlp.PostAsync(Make.Request(span).ToByteArray());
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal(1_000_000, Assert.Single(await Server.Api.TraceAsync(id)).Span.Attributes.Count);
        await Server.Api.FlushAsync();
        Assert.Equal(1_000_000, Assert.Single(await Server.Api.TraceAsync(id)).Span.Attributes.Count);
        await AssertHealthyAsync(1500L << 20);
    }

    [Fact]
    public async Task A_value_of_10_MB_is_cut_to_the_limit_and_its_span_kept()
    {
        var id = Make.TraceId();
        await Server.Otlp.SendAsync(Make.Span(id, attributes: Make.Attribute("big", new string('ą', 5_000_000))));
        var value = Assert.Single(Assert.Single(await Server.Api.TraceAsync(id)).Span.Attributes).Value.StringValue;
        Assert.Equal(new string('ą', 1024), value);
        Assert.True(await Server.Api.MetricAsync("tempo_distributor_attributes_truncated_total", "scope=\"span\"") >= 1);
        await AssertHealthyAsync();
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_mended_and_counted()
    {
        var id = Make.TraceId();
        var request = Make.Request(Make.Span(id, name: "name@here")).ToByteArray();
        request[request.AsSpan().IndexOf("name@here"u8) + 4] = 0xFF;
        var answer = await Server.Otlp.PostAsync(request);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal("name\ufffdhere", Assert.Single(await Server.Api.TraceAsync(id)).Span.Name);
        Assert.True(await Server.Api.MetricAsync("rubato_distributor_invalid_utf8_total") >= 1);
    }

    [Fact]
    public async Task Spans_with_one_id_twice_and_a_trace_from_many_requests_are_kept()
    {
        var id = Make.TraceId();
        await Server.Otlp.SendAsync(Make.Span(id, 1, "first"), Make.Span(id, 1, "second"));
        for (ulong i = 2; i <= 100; i++) await Server.Otlp.SendAsync(Make.Span(id, i, parent: 1));
        var spans = await Server.Api.TraceAsync(id);
        Assert.Equal(100, spans.Select(s => s.SpanId).Distinct().Count());
        await Server.Api.FlushAsync();
        Assert.Equal(FoundSpan.Text(spans), FoundSpan.Text(await Server.Api.TraceAsync(id)));
    }

    [Fact]
    public async Task Odd_times_are_kept_as_they_are()
    {
        var id = Make.TraceId();
        (ulong Start, ulong End)[] times = [(0, 0), (1, 0), (ulong.MaxValue, ulong.MaxValue), (ulong.MaxValue, 0), (0, ulong.MaxValue), (long.MaxValue, 1), (Make.Now, Make.Now - 1)];
        await Server.Otlp.SendAsync([.. times.Select((t, i) =>
        {
            var span = Make.Span(id, (ulong)i + 1);
            (span.StartTimeUnixNano, span.EndTimeUnixNano) = t;
            return span;
        })]);
        async Task AssertTimesAsync() => Assert.Equal(
            times.Order(), (await Server.Api.TraceAsync(id)).Select(s => (s.Span.StartTimeUnixNano, s.Span.EndTimeUnixNano)).Order());
        await AssertTimesAsync();
        await Server.Api.FlushAsync();
        await AssertTimesAsync();
        await Server.StopAsync();
        await Server.StartAgainAsync();
        await AssertTimesAsync();
        await AssertHealthyAsync();
    }

    [Fact]
    public async Task Connections_that_break_off_leave_nothing_behind()
    {
        for (var i = 0; i < 50; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(Server.OtlpHttpAddress.Host, Server.OtlpHttpAddress.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000000\r\n\r\nabc"u8.ToArray(), TestContext.Current.CancellationToken);
            socket.LingerState = new LingerOption(true, 0);
        }

        await AssertHealthyAsync();
    }

    private async Task AssertHealthyAsync(long maxResidentBytes = MaxResidentBytes)
    {
        Assert.True(Server.IsRunning, "the server died");
        var id = Make.TraceId();
        await Server.Otlp.SendAsync(Make.Span(id));
        Assert.Single(await Server.Api.TraceAsync(id));
        var resident = Server.ResidentBytes();
        Assert.True(resident < maxResidentBytes, $"{resident >> 20} MB resident");
    }

    /// <summary>An AnyValue of arrays in arrays. Headers are made inside out, each with the length of all within, and then put in order.</summary>
    private static byte[] NestedArrays(int depth)
    {
        var headers = new List<byte[]>();
        var length = 0;
        for (var i = 0; i < depth * 2; i++)
        {
            headers.Add(Header(i % 2 == 0 ? 1 : 5, length));
            length += headers[^1].Length;
        }

        headers.Reverse();
        return [.. headers.SelectMany(h => h)];
    }

    /// <summary>A length-delimited protobuf field.</summary>
    private static byte[] Field(int number, byte[] content) => [.. Header(number, content.Length), .. content];

    private static byte[] Header(int number, int length)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteLength(length);
        }

        return bytes.ToArray();
    }
}
