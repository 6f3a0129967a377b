using System.Buffers.Binary;
using System.IO.Hashing;

namespace Rubato.Storage.Wal;

/// <summary>The first 48 bytes of a segment: docs/formats/wal-v1.md, "Segment header".</summary>
internal readonly record struct WalSegmentHeader(Guid WalId, long FirstSequence)
{
    public const int Bytes = 48;
    public const uint Version = 1;

    private const int HashOffset = 40;

    private static ReadOnlySpan<byte> Magic => "RUBATWAL"u8;

    public void Write(Span<byte> into)
    {
        Magic.CopyTo(into);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(into[12..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], FirstSequence);
        WalId.TryWriteBytes(into[24..]);
        BinaryPrimitives.WriteUInt64LittleEndian(into[HashOffset..], XxHash3.HashToUInt64(into[..HashOffset]));
    }

    /// <returns>False for a torn or damaged header.</returns>
    /// <exception cref="InvalidDataException">A sound header of a version that this program does not know.</exception>
    public static bool TryRead(ReadOnlySpan<byte> from, string name, out WalSegmentHeader header)
    {
        header = default;
        if (from.Length < Bytes || !from.StartsWith(Magic))
            return false;
        if (BinaryPrimitives.ReadUInt64LittleEndian(from[HashOffset..]) != XxHash3.HashToUInt64(from[..HashOffset]))
            return false;

        var version = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        if (version != Version)
        {
            throw new InvalidDataException(
                $"The WAL segment {name} has format version {version}; this program reads version {Version}. Start the newer program, which wrote it");
        }

        header = new WalSegmentHeader(new Guid(from.Slice(24, 16)), BinaryPrimitives.ReadInt64LittleEndian(from[16..]));
        return true;
    }
}
