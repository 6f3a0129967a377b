namespace Rubato.Testing.Damage;

/// <summary>What happens to bytes on disks and wires: flipped bits, foreign bytes, sectors of zeros, blocks in the wrong place, lost tails.</summary>
public static class ByteDamage
{
    private static readonly byte[] Telling = [0, 1, 2, 0x0F, 0x10, 0x7F, 0x80, 0xFE, 0xFF];

    /// <summary>A damaged copy; the damage begins between <paramref name="from"/> and <paramref name="to"/>.</summary>
    public static byte[] Apply(Random random, ReadOnlySpan<byte> good, int from, int to)
    {
        var bytes = good.ToArray();
        if (from >= to) return bytes;
        var at = random.Next(from, to);
        var length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(3) == 0 ? 512 : 16));
        switch (random.Next(9))
        {
            case 0 or 1:
                for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(from, to)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2 or 3:
                for (var n = random.Next(1, 5); n > 0; n--)
                    bytes[random.Next(from, to)] = random.Next(2) == 0 ? (byte)random.Next(256) : Telling[random.Next(Telling.Length)];
                return bytes;
            case 4:
                bytes.AsSpan(at, length).Clear();
                return bytes;
            case 5:
                return Swap(random, bytes, from, to);
            case 6:
                return bytes[..at];
            case 7:
                var foreign = new byte[1 + random.Next(16)];
                random.NextBytes(foreign);
                return [.. bytes.AsSpan(0, at), .. foreign, .. bytes.AsSpan(at)];
            default:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + length)];
        }
    }

    private static byte[] Swap(Random random, byte[] bytes, int from, int to)
    {
        var length = 1 + random.Next(Math.Max(1, Math.Min(256, (to - from) / 2)));
        if (to - from < 2 * length) return bytes;
        var a = random.Next(from, to - (2 * length) + 1);
        var b = random.Next(a + length, to - length + 1);
        var first = bytes.AsSpan(a, length).ToArray();
        bytes.AsSpan(b, length).CopyTo(bytes.AsSpan(a));
        first.CopyTo(bytes.AsSpan(b));
        return bytes;
    }
}
