using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rubato.Storage.Blocks;

/// <summary>A block's name: a UUID of version 7 (RFC 9562, 5.7), so that names sort by the time of their making.</summary>
public readonly record struct BlockId(Guid Value) : IComparable<BlockId>
{
    /// <param name="random">Must be safe for the callers' threads (<see cref="Random.Shared"/> in the server, a seeded one in tests).</param>
    public static BlockId New(TimeProvider time, Random random)
    {
        ArgumentNullException.ThrowIfNull(time);
        return New(time.GetUtcNow(), random);
    }

    /// <inheritdoc cref="New(TimeProvider, Random)"/>
    public static BlockId New(DateTimeOffset created, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        Span<byte> milliseconds = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, created.ToUnixTimeMilliseconds());
        milliseconds[2..].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new BlockId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>The canonical 36 characters only: anything else is not a folder that we wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlockId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new BlockId(value);
        return parsed && id.ToString() == text;
    }

    /// <summary>When it was made; null for a block of another version, which another program named.</summary>
    public DateTimeOffset? CreatedAt
    {
        get
        {
            if (Value.Version != 7)
                return null;
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
            return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
        }
    }

    public int CompareTo(BlockId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("D");

    public static bool operator <(BlockId left, BlockId right) => left.CompareTo(right) < 0;

    public static bool operator <=(BlockId left, BlockId right) => left.CompareTo(right) <= 0;

    public static bool operator >(BlockId left, BlockId right) => left.CompareTo(right) > 0;

    public static bool operator >=(BlockId left, BlockId right) => left.CompareTo(right) >= 0;
}
