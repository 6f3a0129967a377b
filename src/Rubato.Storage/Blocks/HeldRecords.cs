using System.Buffers.Binary;
using System.IO.Hashing;
using Rubato.Model.Spans;
using Rubato.Storage.Wal;

namespace Rubato.Storage.Blocks;

/// <summary>
/// Records of one WAL that a block holds, but for the traces that it left out. A merged block has one of these for each block of memory that it was made of, as long as
/// that WAL may still have the records.
/// </summary>
/// <param name="WalId">Whose numbers they are.</param>
/// <param name="Records">Ranges of record numbers.</param>
/// <param name="Carried">Traces that were left out.</param>
public sealed record HeldRecords(Guid WalId, IReadOnlyList<WalRecordRange> Records, IReadOnlyCollection<TraceId> Carried)
{
    /// <summary>
    /// <c>held.bin</c> of a merged block, read by replay only. Layout, little-endian: XXH3-64 of the rest; then for each part the WAL's id (16 bytes), the number of
    /// ranges (4) and of traces (4), the ranges (8 + 8 each) and the trace ids (16 each).
    /// </summary>
    public const string FileName = "held.bin";

    /// <summary>Ranges that a merged block may have: as many as fit into memory at a start.</summary>
    public const int MaxRanges = 64 * 1024;

    public static byte[] Encode(IReadOnlyList<HeldRecords> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(0UL);
            Span<byte> id = stackalloc byte[16];
            foreach (var part in parts)
            {
                part.WalId.TryWriteBytes(id);
                writer.Write(id);
                writer.Write(part.Records.Count);
                writer.Write(part.Carried.Count);
                foreach (var range in part.Records)
                {
                    writer.Write(range.First);
                    writer.Write(range.Last);
                }

                foreach (var trace in part.Carried)
                {
                    trace.Write(id);
                    writer.Write(id);
                }
            }
        }

        var file = bytes.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(file, XxHash3.HashToUInt64(file.AsSpan(8)));
        return file;
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static IReadOnlyList<HeldRecords> Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != XxHash3.HashToUInt64(bytes[8..])) throw Damaged();
        var parts = new List<HeldRecords>();
        for (bytes = bytes[8..]; !bytes.IsEmpty;)
        {
            if (bytes.Length < 24) throw Damaged();
            var id = new Guid(bytes[..16]);
            var ranges = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
            var traces = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]);
            bytes = bytes[24..];
            if ((ranges + (long)traces) * 16 > bytes.Length) throw Damaged();
            var records = new WalRecordRange[ranges];
            for (var i = 0; i < records.Length; i++, bytes = bytes[16..])
                records[i] = new WalRecordRange(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
            var carried = new HashSet<TraceId>((int)traces);
            for (var i = 0; i < traces; i++, bytes = bytes[TraceId.Size..]) carried.Add(TraceId.Read(bytes));
            parts.Add(new HeldRecords(id, records, carried));
        }

        return parts;
    }

    private static InvalidDataException Damaged() => new($"{FileName} is damaged");
}
