using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// The values of one column chunk, present ones only, with the encoding chosen for them. Which spans are filled follows from the type;
/// doubles travel as their bits.
/// </summary>
internal ref struct ChunkValues(ParquetField field, int count)
{
    public readonly ParquetField Field = field;
    public readonly int Count = count;
    public ParquetEncoding Encoding;

    /// <summary>INT64, INT32, DOUBLE.</summary>
    public ReadOnlySpan<long> Longs;

    /// <summary>FIXED_LEN_BYTE_ARRAY without codes, BOOLEAN.</summary>
    public ReadOnlySpan<byte> Bytes;

    /// <summary>BYTE_ARRAY, and whatever came with <see cref="Codes"/>.</summary>
    public ByteStrings Strings;

    /// <summary>Into <see cref="Strings"/>; with <see cref="ParquetEncoding.RleDictionary"/> into the chunk's own dictionary.</summary>
    public ReadOnlySpan<int> Codes;

    public bool HasCodes;
    public int CodeWidth;

    /// <summary>False: a trial showed that zstd does not shrink its pages.</summary>
    public bool MayCompress = true;

    /// <summary>How its pages are packed: 0 with the file's own level, else one of <see cref="ParquetWriterOptions.Efforts"/>.</summary>
    public int Effort;

    public readonly void EncodePage(int start, int count, PageBuffer output)
    {
        switch (Encoding)
        {
            case ParquetEncoding.RleDictionary:
                output.WriteByte((byte)CodeWidth); // Also for a page without values: DuckDB reads it unasked.
                RunLengthEncoder.Encode(Codes.Slice(start, count), CodeWidth, output);
                return;
            case ParquetEncoding.DeltaBinaryPacked:
                DeltaEncoding.Encode(Longs.Slice(start, count), output);
                return;
            case ParquetEncoding.DeltaLengthByteArray:
                EncodeLengthsInFront(start, count, output);
                return;
        }

        switch (Field.Type)
        {
            case ParquetType.Int64 or ParquetType.Double:
                WritePlainLongs(Longs.Slice(start, count), output);
                break;
            case ParquetType.Int32:
                WritePlainInts(Longs.Slice(start, count), output);
                break;
            case ParquetType.Boolean:
                WriteBits(Bytes.Slice(start, count), output);
                break;
            case ParquetType.FixedLenByteArray when !HasCodes:
                output.Write(Bytes.Slice(start * Field.FixedLength, count * Field.FixedLength));
                break;
            default:
                bool isPrefixed = Field.Type == ParquetType.ByteArray;
                for (int i = start; i < start + count; i++)
                    WriteString(Strings[HasCodes ? Codes[i] : i], isPrefixed, output);
                break;
        }
    }

    private readonly void EncodeLengthsInFront(int start, int count, PageBuffer output)
    {
        int[] lengths = ArrayPool<int>.Shared.Rent(count);
        for (int i = 0; i < count; i++)
        {
            int entry = HasCodes ? Codes[start + i] : start + i;
            lengths[i] = Strings.Offsets[entry + 1] - Strings.Offsets[entry];
        }
        LengthsInFront.WriteLengths(lengths.AsSpan(0, count), output);
        ArrayPool<int>.Shared.Return(lengths);
        if (!HasCodes)
        {
            output.Write(Strings.Data[Strings.Offsets[start]..Strings.Offsets[start + count]]);
            return;
        }
        for (int i = start; i < start + count; i++)
            output.Write(Strings[Codes[i]]);
    }

    public static void WriteString(ReadOnlySpan<byte> value, bool isPrefixed, PageBuffer output)
    {
        Span<byte> room = output.Reserve(value.Length + 4);
        if (isPrefixed)
        {
            BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
            room = room[4..];
        }
        value.CopyTo(room);
        output.Advance(value.Length + (isPrefixed ? 4 : 0));
    }

    public static void WritePlainLongs(ReadOnlySpan<long> values, PageBuffer output)
    {
        if (BitConverter.IsLittleEndian)
        {
            output.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        Span<byte> room = output.Reserve(values.Length * 8);
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(room[(i * 8)..], values[i]);
        output.Advance(values.Length * 8);
    }

    public static void WritePlainInts(ReadOnlySpan<long> values, PageBuffer output)
    {
        Span<byte> room = output.Reserve(values.Length * 4);
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(room[(i * 4)..], (int)values[i]);
        output.Advance(values.Length * 4);
    }

    private static void WriteBits(ReadOnlySpan<byte> values, PageBuffer output)
    {
        int bytes = (values.Length + 7) / 8;
        Span<byte> room = output.Reserve(bytes)[..bytes];
        room.Clear();
        for (int i = 0; i < values.Length; i++)
            room[i >> 3] |= (byte)((values[i] == 0 ? 0 : 1) << (i & 7));
        output.Advance(bytes);
    }
}
