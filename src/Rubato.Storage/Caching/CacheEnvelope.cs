using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Rubato.Storage.Caching;

/// <summary>
/// A value as it lies in a cache. Anybody may write into a cache, and servers cut and mix up values: what does not carry the checksum of exactly this key and these
/// bytes was not put there by us.
/// <code>
///   "RBC1"   4
///   length   4   of the value, little-endian
///   XXH3-64  8   of the value, seeded with the key's XXH3-64
///   value
/// </code>
/// </summary>
internal static class CacheEnvelope
{
    public const int HeaderBytes = 16;

    private static ReadOnlySpan<byte> Magic => "RBC1"u8;

    public static byte[] Seal(string key, ReadOnlySpan<byte> value)
    {
        var sealedValue = new byte[HeaderBytes + value.Length];
        Magic.CopyTo(sealedValue);
        BinaryPrimitives.WriteInt32LittleEndian(sealedValue.AsSpan(4), value.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(sealedValue.AsSpan(8), Checksum(key, value));
        value.CopyTo(sealedValue.AsSpan(HeaderBytes));
        return sealedValue;
    }

    /// <summary>False: damaged, cut, of another key, or not ours.</summary>
    public static bool TryOpen(string key, ReadOnlySpan<byte> sealedValue, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (sealedValue.Length < HeaderBytes || !sealedValue.StartsWith(Magic))
            return false;
        var body = sealedValue[HeaderBytes..];
        if (BinaryPrimitives.ReadInt32LittleEndian(sealedValue[4..]) != body.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(sealedValue[8..]) != Checksum(key, body))
            return false;
        value = body;
        return true;
    }

    private static ulong Checksum(string key, ReadOnlySpan<byte> value) =>
        XxHash3.HashToUInt64(value, (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key)));
}
