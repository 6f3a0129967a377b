using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Ingest.Receivers.Files;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Query.Api;
using Xunit;

namespace Rubato.UnitTests.Query.Api;

/// <summary><c>POST /api/rubato/convert</c> without a socket.</summary>
public sealed class ConvertTests
{
    private const string TwoTraces =
        """[{"traceId":"b","id":"1","name":"second"},{"traceId":"a","id":"1","name":"first"},{"traceId":"b","id":"2","parentId":"1","name":"child"},{"traceId":"b","id":"2","parentId":"1","name":"child"}]""";

    [Fact]
    public async Task Traces_come_one_after_the_other_in_the_order_of_the_file_without_repetitions()
    {
        var (status, type, body) = await ConvertAsync(System.Text.Encoding.UTF8.GetBytes(TwoTraces), accept: "application/protobuf");

        Assert.Equal((200, "application/protobuf"), (status, type));
        Assert.Equal(["second", "child", "first"], OtlpReader.ReadSpans(body).Select(span => span.Name));
    }

    [Fact]
    public async Task The_answer_can_be_converted_again()
    {
        var first = await ConvertAsync(System.Text.Encoding.UTF8.GetBytes(TwoTraces));
        var second = await ConvertAsync(first.Body);

        Assert.Equal((200, "application/json"), (second.Status, second.Type));
        Assert.StartsWith("{\"batches\":[", System.Text.Encoding.UTF8.GetString(first.Body), StringComparison.Ordinal);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(first.Body), System.Text.Encoding.UTF8.GetString(second.Body));
    }

    [Fact]
    public async Task Gzip_is_unpacked() => Assert.Equal(200, (await ConvertAsync(Gzip(System.Text.Encoding.UTF8.GetBytes(TwoTraces)), encoding: "gzip")).Status);

    [Fact]
    public async Task What_is_wrong_is_told()
    {
        var json = System.Text.Encoding.UTF8.GetBytes(TwoTraces);

        Assert.Equal((400, "the file is empty: expected OTLP"), await RefusedAsync([]));
        Assert.Equal((400, "the body is not valid gzip: "), await RefusedAsync(json, encoding: "gzip"));
        Assert.Equal((415, "unsupported Content-Encoding zstd: "), await RefusedAsync(json, encoding: "zstd"));
    }

    [Fact]
    public async Task The_limit_holds_for_the_packed_and_for_the_unpacked_body_and_is_named()
    {
        var large = System.Text.Encoding.UTF8.GetBytes(TwoTraces + new string(' ', 100_000));
        const string expected = "the body is larger than query_frontend.max_convert_bytes allows (50000 bytes)";

        Assert.Equal((413, expected), await RefusedAsync(large, limit: 50_000));
        Assert.Equal((413, expected), await RefusedAsync(Gzip(large), encoding: "gzip", limit: 50_000));
        Assert.Equal(200, (await ConvertAsync(large, limit: large.Length)).Status);
    }

    private static async Task<(int Status, string Beginning)> RefusedAsync(byte[] body, string? encoding = null, int limit = 1 << 20)
    {
        var (status, type, text) = await ConvertAsync(body, encoding: encoding, limit: limit);
        Assert.Equal("text/plain; charset=utf-8", type);
        var words = System.Text.Encoding.UTF8.GetString(text);
        // Up to what .NET's own words are, or a list.
        foreach (var end in (string[])["gzip: ", "zstd: ", "OTLP"])
        {
            if (words.IndexOf(end, StringComparison.Ordinal) is >= 0 and var at) return (status, words[..(at + end.Length)]);
        }

        return (status, words);
    }

    private static async Task<(int Status, string? Type, byte[] Body)> ConvertAsync(byte[] body, string? accept = null, string? encoding = null, int limit = 1 << 20)
    {
        using var api = new QueryApi(
            new NoSource(), new FixedTenantLimits(new()), new QueryApiOptions { IsMeasured = false, MaxConvertBytes = limit }, TimeProvider.System, NullLogger<QueryApi>.Instance)
        {
            FileReader = TraceFile.ToOtlp,
        };
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext { Request = { Method = "POST", Body = new MemoryStream(body) }, Response = { Body = answer } };
        if (accept is not null) http.Request.Headers.Accept = accept;
        if (encoding is not null) http.Request.Headers.ContentEncoding = encoding;
        await api.Routes.Single(route => route.Pattern == "/api/rubato/convert").Answer(http);
        return (http.Response.StatusCode, http.Response.ContentType, answer.ToArray());
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private sealed class NoSource : ISpanSource
    {
        public ValueTask<SpanSnapshot> OpenAsync(TenantId tenant, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SpanSnapshot> OpenTraceAsync(TenantId tenant, TraceId traceId, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
