using System.IO.Hashing;
using System.Text;

namespace Rubato.Storage.Blocks;

/// <summary>
/// The checksum of rubato.json: its last field, XXH3-64 over all bytes before it. A flipped digit of a time range would hide a block, and one of a
/// WAL record would lose or double spans, without any other sign.
/// </summary>
internal static class BlockMetaSeal
{
    private const int Digits = 16;

    private static ReadOnlySpan<byte> Before => ",\n  \"checksum\": \""u8;

    private static ReadOnlySpan<byte> After => "\"\n}"u8;

    /// <summary>Adds the field to an object that has others.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> json)
    {
        var body = json[..json.LastIndexOf((byte)'}')].TrimEnd(" \r\n"u8);
        return [.. body, .. Before, .. Encoding.ASCII.GetBytes(XxHash3.HashToUInt64(body).ToString("x16")), .. After];
    }

    /// <summary>Null: there is no such field, at least not where it is written.</summary>
    public static bool? IsRight(ReadOnlySpan<byte> json)
    {
        var length = Before.Length + Digits + After.Length;
        if (json.Length <= length || !json.EndsWith(After) || !json[^length..].StartsWith(Before)) return null;
        var body = json[..^length];
        return json.Slice(body.Length + Before.Length, Digits).SequenceEqual(Encoding.ASCII.GetBytes(XxHash3.HashToUInt64(body).ToString("x16")));
    }
}
