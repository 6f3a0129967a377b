using System.IO.Hashing;
using System.Buffers.Binary;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks;

/// <summary>
/// <c>carried.bin</c>: the traces that a cut left out because they were still receiving, although the block names their WAL
/// records. Only replay reads it, and only while those records are in the WAL. Layout: XXH3-64 of the rest (8 bytes,
/// little-endian), then the trace ids, 16 bytes each.
/// </summary>
public static class CarriedTraces
{
    public const string FileName = "carried.bin";

    public static byte[] Encode(IReadOnlyCollection<TraceId> traces)
    {
        var bytes = new byte[8 + (traces.Count * TraceId.Size)];
        var at = 8;
        foreach (var trace in traces)
        {
            trace.Write(bytes.AsSpan(at));
            at += TraceId.Size;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes, XxHash3.HashToUInt64(bytes.AsSpan(8)));
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static HashSet<TraceId> Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || (bytes.Length - 8) % TraceId.Size != 0 || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != XxHash3.HashToUInt64(bytes[8..]))
            throw new InvalidDataException($"{FileName} is damaged");
        var traces = new HashSet<TraceId>((bytes.Length - 8) / TraceId.Size);
        for (var at = 8; at < bytes.Length; at += TraceId.Size) traces.Add(TraceId.Read(bytes[at..]));
        return traces;
    }
}
