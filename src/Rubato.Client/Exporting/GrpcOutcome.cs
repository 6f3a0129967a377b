using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Rubato.Client;

/// <summary>How a gRPC call ended: status and message from the trailers (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), and a RetryInfo from the details.</summary>
/// <param name="Status">gRPC's number; 0 is good.</param>
/// <param name="Message">The receiver's text.</param>
/// <param name="RetryAfter">When the receiver asks to come back, or null.</param>
internal sealed record GrpcOutcome(int Status, string Message, TimeSpan? RetryAfter)
{
    private const int Unknown = 2;
    private const int FrameHeaderBytes = 5;

    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public static GrpcOutcome Of(HttpResponseMessage response)
    {
        if (Header(response, "grpc-status") is not { } status || !int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return new GrpcOutcome(Unknown, "the answer has no grpc-status; is this the port of OTLP over gRPC?", null);
        }

        TimeSpan? retry = number != 0 && Header(response, "grpc-status-details-bin") is { } details ? RetryDelay(details) : null;
        return new GrpcOutcome(number, Uri.UnescapeDataString(Header(response, "grpc-message") ?? ""), retry);
    }

    public override string ToString()
    {
        string name = (uint)Status < (uint)Names.Length ? Names[Status] : Status.ToString(CultureInfo.InvariantCulture);
        return Message.Length > 0 ? $"{name}: {Message}" : name;
    }

    /// <summary>
    /// What an ExportTraceServiceResponse says of refused spans: {1: partial_success {1: rejected_spans, 2: error_message}}, behind gRPC's five bytes. Null where it says
    /// nothing, or cannot be read.
    /// </summary>
    public static (long Spans, string Message)? PartialSuccess(ReadOnlySpan<byte> frame)
    {
        if (frame.Length <= FrameHeaderBytes || frame[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) > frame.Length - FrameHeaderBytes)
        {
            return null;
        }

        var message = new ProtoFields(frame[FrameHeaderBytes..]);
        while (message.Next())
        {
            if (message.Number != 1)
            {
                continue;
            }

            long spans = 0;
            string text = "";
            var partial = new ProtoFields(message.Bytes);
            while (partial.Next())
            {
                if (partial.Number == 1)
                {
                    spans = (long)partial.Value;
                }
                else if (partial.Number == 2)
                {
                    text = Encoding.UTF8.GetString(partial.Bytes);
                }
            }

            return spans > 0 || text.Length > 0 ? (spans, text) : null;
        }

        return null;
    }

    /// <summary>google.rpc.Status {3: details Any {1: type_url, 2: value RetryInfo {1: Duration {1: seconds, 2: nanos}}}} in base64.</summary>
    private static TimeSpan? RetryDelay(string base64)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            return null;
        }

        var status = new ProtoFields(bytes);
        while (status.Next())
        {
            if (status.Number != 3)
            {
                continue;
            }

            bool isRetryInfo = false;
            ReadOnlySpan<byte> value = default;
            var any = new ProtoFields(status.Bytes);
            while (any.Next())
            {
                if (any.Number == 1)
                {
                    isRetryInfo = any.Bytes.EndsWith("/google.rpc.RetryInfo"u8);
                }
                else if (any.Number == 2)
                {
                    value = any.Bytes;
                }
            }

            if (isRetryInfo)
            {
                return Duration(value);
            }
        }

        return null;
    }

    private static TimeSpan Duration(ReadOnlySpan<byte> retryInfo)
    {
        double seconds = 0;
        var info = new ProtoFields(retryInfo);
        while (info.Next())
        {
            var duration = new ProtoFields(info.Bytes);
            while (duration.Next())
            {
                seconds += duration.Number == 1 ? (long)duration.Value : (int)duration.Value / 1e9;
            }
        }

        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 3600));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? trailers) ? trailers.FirstOrDefault()
        : response.Headers.TryGetValues(name, out IEnumerable<string>? headers) ? headers.FirstOrDefault()
        : null;
}
