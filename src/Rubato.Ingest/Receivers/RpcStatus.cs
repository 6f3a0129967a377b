using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers;

/// <summary>google.rpc.Status as bytes and as JSON: the error body of OTLP/HTTP and the details of gRPC errors.</summary>
internal static class RpcStatus
{
    private const string RetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

    /// <summary>Status{1 code, 2 message, 3 details: Any{1 type_url, 2 value: RetryInfo{1 Duration{1 seconds, 2 nanos}}}}.</summary>
    public static byte[] ToProtobuf(int code, string message, TimeSpan? retryAfter)
    {
        var writer = new ProtoWriter();
        writer.WriteVarint(1, (ulong)code);
        writer.WriteString(2, message);
        if (retryAfter is { } delay)
        {
            var any = writer.BeginMessage(3);
            writer.WriteString(1, RetryInfoType);
            var retryInfo = writer.BeginMessage(2);
            var duration = writer.BeginMessage(1);
            writer.WriteVarint(1, (ulong)(long)delay.TotalSeconds);
            writer.EndMessage(duration);
            writer.EndMessage(retryInfo);
            writer.EndMessage(any);
        }

        return writer.ToArray();
    }

    public static byte[] ToJson(int code, string message, TimeSpan? retryAfter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("code", code);
            json.WriteString("message", message);
            if (retryAfter is { } delay)
            {
                json.WriteStartArray("details");
                json.WriteStartObject();
                json.WriteString("@type", RetryInfoType);
                json.WriteString("retryDelay", ((long)delay.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s");
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>ExportTraceServiceResponse{1 partial_success{1 rejected_spans, 2 error_message}}; empty where nothing was rejected.</summary>
    public static byte[] ExportResponse(int rejectedSpans, string message)
    {
        if (rejectedSpans == 0 && message.Length == 0) return [];
        var response = new ProtoWriter();
        var partial = response.BeginMessage(1);
        if (rejectedSpans > 0) response.WriteVarint(1, (ulong)rejectedSpans);
        response.WriteString(2, message);
        response.EndMessage(partial);
        return response.ToArray();
    }
}
