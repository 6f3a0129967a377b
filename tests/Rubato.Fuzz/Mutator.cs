using System.Buffers.Binary;

namespace Rubato.Fuzz;

/// <summary>Damages inputs: bits, bytes, lengths, cuts, repeats, and pieces of other inputs.</summary>
internal sealed class Mutator(Random random)
{
    private const int MaxLength = 64 * 1024;
    private static readonly byte[] Telling = [0, 1, 0x7F, 0x80, 0xFF, 0x0A, 0x12, 0x2A, 0x32, (byte)'"', (byte)'{', (byte)'[', (byte)'\\', (byte)'}'];

    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var n = 1 << random.Next(5); n > 0; n--) MutateOnce(bytes, other);
        if (bytes.Count > MaxLength) bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        return [.. bytes];
    }

    private void MutateOnce(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        var at = random.Next(bytes.Count);
        var length = Math.Min(bytes.Count - at, 1 + random.Next(16));
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = Telling[random.Next(Telling.Length)];
                break;
            case 3:
                bytes.Insert(at, Telling[random.Next(Telling.Length)]);
                break;
            case 4:
                bytes.RemoveRange(at, length);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 6 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 7 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 + random.Next(64))).ToArray());
                break;
            default:
                // A huge number where a length may stand.
                var huge = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(huge, random.NextInt64());
                for (var i = 0; i < 5 && at + i < bytes.Count; i++) bytes[at + i] = (byte)(huge[i] | (i < 4 ? 0x80 : 0));
                break;
        }
    }
}
