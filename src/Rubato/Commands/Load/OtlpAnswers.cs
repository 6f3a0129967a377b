using System.Buffers.Binary;
using System.Text;

namespace Rubato.Commands.Load;

/// <summary>Reads the few fields of a server's answer that matter to a sender. Anything malformed reads as absent.</summary>
internal static class OtlpAnswers
{
    /// <summary>ExportTraceServiceResponse: 1 partial_success { 1 rejected_spans, 2 error_message }.</summary>
    public static (long Rejected, string Message) PartialSuccess(ReadOnlySpan<byte> response)
    {
        ReadOnlySpan<byte> partial = Field(response, 1, out _);
        _ = Field(partial, 1, out ulong rejected);
        return ((long)rejected, Encoding.UTF8.GetString(Field(partial, 2, out _)));
    }

    /// <summary>google.rpc.Status: 2 message.</summary>
    public static string StatusMessage(ReadOnlySpan<byte> status) => Encoding.UTF8.GetString(Field(status, 2, out _));

    /// <summary>google.rpc.Status: 3 details (Any: 2 value = RetryInfo { 1 retry_delay { 1 seconds, 2 nanos } }); only a first detail is looked at.</summary>
    public static TimeSpan? RetryDelay(ReadOnlySpan<byte> status)
    {
        ReadOnlySpan<byte> any = Field(status, 3, out _);
        if (!Field(any, 1, out _).EndsWith("google.rpc.RetryInfo"u8))
        {
            return null;
        }

        ReadOnlySpan<byte> delay = Field(Field(any, 2, out _), 1, out _);
        _ = Field(delay, 1, out ulong seconds);
        _ = Field(delay, 2, out ulong nanos);
        return seconds > 3600 ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(seconds) + TimeSpan.FromTicks((long)(nanos % 1_000_000_000) / 100);
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int wanted, out ulong number)
    {
        number = 0;
        while (TryVarint(ref message, out ulong tag))
        {
            ReadOnlySpan<byte> content = default;
            ulong value = 0;
            switch (tag & 7)
            {
                case 0 when TryVarint(ref message, out value):
                    break;
                case 1 when message.Length >= 8:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(message);
                    message = message[8..];
                    break;
                case 2 when TryVarint(ref message, out ulong length) && length <= (ulong)message.Length:
                    content = message[..(int)length];
                    message = message[(int)length..];
                    break;
                case 5 when message.Length >= 4:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(message);
                    message = message[4..];
                    break;
                default:
                    return default;
            }

            if (tag >> 3 == (ulong)wanted)
            {
                number = value;
                return content;
            }
        }

        return default;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (int i = 0; i < message.Length && i < 10; i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
