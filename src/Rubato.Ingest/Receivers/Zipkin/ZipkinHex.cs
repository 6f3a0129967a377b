using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>Ids and addresses as Zipkin writes them.</summary>
internal static class ZipkinHex
{
    /// <summary>1 to 32 hexadecimal digits; more than 16 fill the upper half.</summary>
    public static bool TryParseTraceId(ReadOnlySpan<byte> text, out ulong high, out ulong low)
    {
        high = low = 0;
        if (text.Length is 0 or > 32) return false;
        var split = Math.Max(0, text.Length - 16);
        return (split == 0 || TryParse(text[..split], out high)) && TryParse(text[split..], out low);
    }

    /// <summary>1 to 16 hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        return text.Length is > 0 and <= 16 && Utf8Parser.TryParse(text, out value, out var read, 'x') && read == text.Length;
    }

    public static bool IsIpv4(ReadOnlySpan<byte> text)
    {
        var parts = 0;
        while (true)
        {
            var digits = 0;
            var number = 0;
            while (digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'9' && digits < 3) number = (10 * number) + text[digits++] - '0';
            if (digits == 0 || number > 255 || (digits > 1 && text[0] == '0')) return false;
            text = text[digits..];
            if (++parts == 4) return text.IsEmpty;
            if (text.IsEmpty || text[0] != '.') return false;
            text = text[1..];
        }
    }

    public static bool IsIpv6(ReadOnlySpan<byte> text) =>
        text.Length <= 64 && text.Contains((byte)':') && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
}
