using System.IO.Hashing;

namespace Rubato.Testing.Damage;

/// <summary>
/// index.bin taken apart: what is under its compression can be changed, and the whole sealed again with the right checksum, as a wrongly written
/// one would be.
/// </summary>
public sealed class ForgedIndex
{
    private const int HeadBytes = 8;

    private readonly byte[] _head;

    private ForgedIndex(byte[] head, byte[] body, byte[] rest) => (_head, Body, Rest) = (head, body, rest);

    /// <summary>Columns, row groups, counts and dictionaries, not compressed.</summary>
    public byte[] Body { get; set; }

    /// <summary>What follows the compressed part: the table of traces.</summary>
    public byte[] Rest { get; set; }

    /// <summary>What the index says its body has when it is not compressed; null for the truth.</summary>
    public ulong? ClaimedBytes { get; set; }

    public static ForgedIndex Of(ReadOnlySpan<byte> file)
    {
        var at = HeadBytes;
        _ = Varint(file, ref at);
        var packed = (int)Varint(file, ref at);
        using var zstd = new ZstdSharp.Decompressor();
        return new ForgedIndex(file[..HeadBytes].ToArray(), zstd.Unwrap(file.Slice(at, packed)).ToArray(), file[(at + packed)..^8].ToArray());
    }

    public byte[] Seal()
    {
        using var zstd = new ZstdSharp.Compressor(1);
        var packed = zstd.Wrap(Body);
        var file = new List<byte>(_head);
        Add(file, ClaimedBytes ?? (ulong)Body.Length);
        Add(file, (ulong)packed.Length);
        file.AddRange(packed.ToArray());
        file.AddRange(Rest);
        file.AddRange(BitConverter.GetBytes(XxHash3.HashToUInt64(file.ToArray())));
        return [.. file];
    }

    public void Damage(Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                Rest = ByteDamage.Apply(random, Rest, 0, Rest.Length);
                break;
            case 1:
                ClaimedBytes = random.Next(3) switch { 0 => (ulong)random.NextInt64(), 1 => 200 << 20, _ => (ulong)Math.Max(0, Body.Length + random.Next(-3, 4)) };
                break;
            default:
                // Columns and counts stand at the front, dictionaries at the end.
                Body = ByteDamage.Apply(random, Body, 0, random.Next(2) == 0 ? Body.Length : Math.Min(Body.Length, 1000));
                break;
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> file, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = file[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
    }

    private static void Add(List<byte> file, ulong value)
    {
        for (; value >= 0x80; value >>= 7) file.Add((byte)(value | 0x80));
        file.Add((byte)value);
    }
}
