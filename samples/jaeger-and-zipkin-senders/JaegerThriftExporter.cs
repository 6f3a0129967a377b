using System.Diagnostics;
using System.Net.Http.Headers;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Samples.JaegerAndZipkinSenders;

/// <summary>
/// Jaeger's Thrift over HTTP (https://www.jaegertracing.io/docs/1.76/architecture/apis/#thrift-over-http-stable). OpenTelemetry's own exporter for Jaeger is no more; what it
/// sent is a struct in Thrift's binary protocol, <c>Batch { 1: Process, 2: list&lt;Span&gt; }</c>.
/// </summary>
internal sealed class JaegerThriftExporter(Uri endpoint) : BaseExporter<Activity>
{
    private readonly HttpClient _client = new();

    public override ExportResult Export(in Batch<Activity> batch)
    {
        var thrift = new ThriftWriter();
        thrift.Field(1, ThriftWriter.Struct);
        string service = ParentProvider.GetResource().Attributes.First(a => a.Key == "service.name").Value.ToString()!;
        thrift.Text(1, service);
        thrift.Stop();
        thrift.List(2, ThriftWriter.Struct, (int)batch.Count);
        foreach (Activity span in batch)
        {
            Write(thrift, span);
        }

        thrift.Stop();

        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(thrift.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.apache.thrift.binary");
        using HttpResponseMessage response = _client.Send(request);
        if (!response.IsSuccessStatusCode)
        {
            Console.Error.WriteLine($"{endpoint} answered with {(int)response.StatusCode}");
        }

        return response.IsSuccessStatusCode ? ExportResult.Success : ExportResult.Failure;
    }

    private static void Write(ThriftWriter thrift, Activity span)
    {
        Span<byte> id = stackalloc byte[16];
        span.TraceId.CopyTo(id);
        thrift.Number(1, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(id[8..]));
        thrift.Number(2, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(id));
        thrift.Number(3, SpanId(span.SpanId));
        thrift.Number(4, span.ParentSpanId == default ? 0 : SpanId(span.ParentSpanId));
        thrift.Text(5, span.DisplayName);
        thrift.Int(7, 1);
        thrift.Number(8, (span.StartTimeUtc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        thrift.Number(9, span.Duration.Ticks / TimeSpan.TicksPerMicrosecond);
        List<KeyValuePair<string, object?>> tags = [.. span.TagObjects, new("span.kind", span.Kind.ToString().ToLowerInvariant())];
        thrift.List(10, ThriftWriter.Struct, tags.Count);
        foreach ((string key, object? value) in tags)
        {
            Write(thrift, key, value);
        }

        thrift.Stop();
    }

    /// <summary>A tag: its type (0 text, 1 double, 2 boolean, 3 integer), then the value in the field of that type.</summary>
    private static void Write(ThriftWriter thrift, string key, object? value)
    {
        thrift.Text(1, key);
        switch (value)
        {
            case long number:
                thrift.Int(2, 3);
                thrift.Number(6, number);
                break;
            case bool flag:
                thrift.Int(2, 2);
                thrift.Flag(5, flag);
                break;
            default:
                thrift.Int(2, 0);
                thrift.Text(3, value?.ToString() ?? "");
                break;
        }

        thrift.Stop();
    }

    private static long SpanId(ActivitySpanId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.CopyTo(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _client.Dispose();
        }

        base.Dispose(disposing);
    }
}
