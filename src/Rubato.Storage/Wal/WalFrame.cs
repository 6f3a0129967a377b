using System.Buffers.Binary;
using System.IO.Hashing;

namespace Rubato.Storage.Wal;

/// <summary>
/// A record on disk: 40 bytes of header, tenant, stored payload (docs/formats/wal-v1.md, "Record"). The header has a
/// checksum of its own, so that the length is known to be right even where the body is damaged.
/// </summary>
internal readonly record struct WalFrame(long Sequence, WalEncoding Encoding, int TenantBytes, int BodyBytes, int PayloadBytes, ulong BodyHash)
{
    public const int HeaderBytes = 40;

    private const int HeaderHashOffset = 32;

    // First byte not ASCII, never a protobuf key of OTLP, 0x1A stops a `type` in a console.
    public static ReadOnlySpan<byte> Magic => [0x9F, (byte)'R', (byte)'W', 0x1A];

    /// <summary>Everything except the sequence number: runs on the caller's thread, which pays for hashing.</summary>
    public static void WriteUnsealed(Span<byte> frame, WalEncoding encoding, int tenantBytes, int payloadBytes, long seed)
    {
        var body = frame[HeaderBytes..];
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[16..], payloadBytes);
        frame[20] = (byte)encoding;
        frame[21] = (byte)tenantBytes;
        BinaryPrimitives.WriteUInt16LittleEndian(frame[22..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[24..], XxHash3.HashToUInt64(body, seed));
    }

    /// <summary>Numbers the record and closes the header: 32 bytes to hash, on the writer's thread.</summary>
    public static void Seal(Span<byte> frame, long sequence, long seed)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[HeaderHashOffset..], XxHash3.HashToUInt64(frame[..HeaderHashOffset], seed));
    }

    public static bool TryReadHeader(ReadOnlySpan<byte> from, long seed, out WalFrame frame)
    {
        frame = default;
        if (from.Length < HeaderBytes || !from.StartsWith(Magic))
            return false;
        if (BinaryPrimitives.ReadUInt64LittleEndian(from[HeaderHashOffset..]) != XxHash3.HashToUInt64(from[..HeaderHashOffset], seed))
            return false;

        frame = new WalFrame(
            Sequence: BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
            Encoding: (WalEncoding)from[20],
            TenantBytes: from[21],
            BodyBytes: BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            PayloadBytes: BinaryPrimitives.ReadInt32LittleEndian(from[16..]),
            BodyHash: BinaryPrimitives.ReadUInt64LittleEndian(from[24..]));
        return frame.BodyBytes >= frame.TenantBytes && frame.PayloadBytes >= 0;
    }

    public bool BodyIsSound(ReadOnlySpan<byte> body, long seed) => XxHash3.HashToUInt64(body, seed) == BodyHash;

    /// <summary>
    /// The checksums of one WAL are seeded with its id: a payload that happens to hold (or was made to hold) the frame
    /// of another WAL is never mistaken for a record while scanning a damaged segment.
    /// </summary>
    public static long SeedOf(Guid walId)
    {
        Span<byte> bytes = stackalloc byte[16];
        walId.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
