using System.Buffers.Binary;

namespace Rubato.Fuzz;

/// <summary>Several pieces in one input: each with its length before it. What does not parse is cut at the end.</summary>
internal static class Sections
{
    public static byte[] Join(params IEnumerable<byte[]> parts)
    {
        var all = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            all.Write(length);
            all.Write(part);
        }

        return all.ToArray();
    }

    public static List<byte[]> Split(byte[] input)
    {
        var parts = new List<byte[]>();
        for (var at = 0; at + 4 <= input.Length;)
        {
            var length = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(at)), 0, input.Length - at - 4);
            parts.Add(input.AsSpan(at + 4, length).ToArray());
            at += 4 + length;
        }

        return parts;
    }
}
