using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rubato.Ingest.Receivers;

/// <summary>google.rpc.Status as bytes and as JSON: the error body of OTLP/HTTP and the details of gRPC errors.</summary>
internal static class RpcStatus
{
    private const string RetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

    /// <summary>Status{1 code, 2 message, 3 details: Any{1 type_url, 2 value: RetryInfo{1 Duration{1 seconds, 2 nanos}}}}.</summary>
    public static byte[] ToProtobuf(int code, string message, TimeSpan? retryAfter)
    {
        var writer = new ArrayBufferWriter<byte>();
        Varint(writer, 0x08);
        Varint(writer, (ulong)code);
        Bytes(writer, 0x12, Encoding.UTF8.GetBytes(message));
        if (retryAfter is { } delay)
        {
            var duration = new ArrayBufferWriter<byte>();
            Varint(duration, 0x08);
            Varint(duration, (ulong)(long)delay.TotalSeconds);
            var retryInfo = new ArrayBufferWriter<byte>();
            Bytes(retryInfo, 0x0A, duration.WrittenSpan);
            var any = new ArrayBufferWriter<byte>();
            Bytes(any, 0x0A, Encoding.UTF8.GetBytes(RetryInfoType));
            Bytes(any, 0x12, retryInfo.WrittenSpan);
            Bytes(writer, 0x1A, any.WrittenSpan);
        }

        return writer.WrittenSpan.ToArray();
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
        var partial = new ArrayBufferWriter<byte>();
        if (rejectedSpans > 0)
        {
            Varint(partial, 0x08);
            Varint(partial, (ulong)rejectedSpans);
        }

        Bytes(partial, 0x12, Encoding.UTF8.GetBytes(message));
        var response = new ArrayBufferWriter<byte>();
        Bytes(response, 0x0A, partial.WrittenSpan);
        return response.WrittenSpan.ToArray();
    }

    private static void Bytes(ArrayBufferWriter<byte> writer, ulong tag, ReadOnlySpan<byte> value)
    {
        Varint(writer, tag);
        Varint(writer, (ulong)value.Length);
        writer.Write(value);
    }

    private static void Varint(ArrayBufferWriter<byte> writer, ulong value)
    {
        while (value >= 0x80)
        {
            writer.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        writer.Write([(byte)value]);
    }
}
