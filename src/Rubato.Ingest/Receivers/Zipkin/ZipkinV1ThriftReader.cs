using System.Buffers.Binary;
using System.Net;
using Rubato.Ingest.Receivers.Thrift;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>Zipkin's version 1 Thrift: a list of <c>zipkincore.Span</c> in the binary protocol (spec/wire-formats.md 5.5).</summary>
internal static class ZipkinV1ThriftReader
{
    /// <exception cref="InvalidDataException">Malformed, or a span lacks its ids; the message is for the sender.</exception>
    public static void Read(ReadOnlySpan<byte> body, ZipkinBatch batch)
    {
        var reader = new ThriftBinaryReader(body);
        if (!TryBeginStructs(ref reader, out var count)) throw Malformed(reader);
        for (; count > 0; count--) ReadSpan(ref reader, batch);
    }

    private static void ReadSpan(ref ThriftBinaryReader reader, ZipkinBatch batch)
    {
        var builder = new ZipkinV1Span(batch);
        ref var span = ref builder.Span;
        short id = 0;
        var number = 0L;
        while (true)
        {
            if (!reader.TryReadField(ref id, out var type)) throw Malformed(reader);
            if (type == ThriftType.Stop) break;
            if (type == ThriftType.I64 && !reader.TryReadI64(out number)) throw Malformed(reader);
            switch (id, type)
            {
                case (1, ThriftType.I64):
                    span.TraceIdLow = (ulong)number;
                    break;
                case (4, ThriftType.I64):
                    span.Id = (ulong)number;
                    break;
                case (5, ThriftType.I64):
                    span.ParentId = (ulong)number;
                    break;
                case (10, ThriftType.I64):
                    (span.Timestamp, builder.HasTimestampField) = (Positive(number), true);
                    break;
                case (11, ThriftType.I64):
                    (span.Duration, builder.HasDurationField) = (Positive(number), true);
                    break;
                case (12, ThriftType.I64):
                    span.TraceIdHigh = (ulong)number;
                    break;
                case (3, ThriftType.Bytes):
                    if (!reader.TryReadBytes(out var name)) throw Malformed(reader);
                    span.Name = batch.AddText(name);
                    break;
                case (6, ThriftType.List):
                    ReadAnnotations(ref reader, batch, ref builder);
                    break;
                case (8, ThriftType.List):
                    ReadBinaryAnnotations(ref reader, batch, ref builder);
                    break;
                default:
                    if (type != ThriftType.I64 && !ThriftSkip.TrySkip(ref reader, type)) throw Malformed(reader);
                    break;
            }
        }

        if ((span.TraceIdHigh | span.TraceIdLow) == 0) throw new InvalidDataException("zipkinV1 span traceId: it is missing or zero");
        if (span.Id == 0) throw new InvalidDataException("zipkinV1 span id: it is missing or zero");
        builder.End();
    }

    /// <summary>Annotation{1 timestamp, 2 value, 3 host}.</summary>
    private static void ReadAnnotations(ref ThriftBinaryReader reader, ZipkinBatch batch, ref ZipkinV1Span builder)
    {
        if (!TryBeginStructs(ref reader, out var count)) throw Malformed(reader);
        for (; count > 0; count--)
        {
            var (at, value, host) = (0L, default(Place), default(ZipkinEndpoint));
            short id = 0;
            while (true)
            {
                if (!reader.TryReadField(ref id, out var type)) throw Malformed(reader);
                if (type == ThriftType.Stop) break;
                if (!((id, type) switch
                {
                    (1, ThriftType.I64) => reader.TryReadI64(out at),
                    (2, ThriftType.Bytes) => TryText(ref reader, batch, out value),
                    (3, ThriftType.Struct) => TryEndpoint(ref reader, batch, out host),
                    _ => ThriftSkip.TrySkip(ref reader, type),
                })) throw Malformed(reader);
            }

            builder.AddAnnotation(Positive(at), value, host);
        }
    }

    /// <summary>BinaryAnnotation{1 key, 2 value, 3 annotation_type, 4 host}.</summary>
    private static void ReadBinaryAnnotations(ref ThriftBinaryReader reader, ZipkinBatch batch, ref ZipkinV1Span builder)
    {
        if (!TryBeginStructs(ref reader, out var count)) throw Malformed(reader);
        for (; count > 0; count--)
        {
            var (key, host, kind) = (default(Place), default(ZipkinEndpoint), 6);
            ReadOnlySpan<byte> value = default;
            short id = 0;
            while (true)
            {
                if (!reader.TryReadField(ref id, out var type)) throw Malformed(reader);
                if (type == ThriftType.Stop) break;
                if (!((id, type) switch
                {
                    (1, ThriftType.Bytes) => TryText(ref reader, batch, out key),
                    (2, ThriftType.Bytes) => reader.TryReadBytes(out value),
                    (3, ThriftType.I32) => reader.TryReadI32(out kind),
                    (4, ThriftType.Struct) => TryEndpoint(ref reader, batch, out host),
                    _ => ThriftSkip.TrySkip(ref reader, type),
                })) throw Malformed(reader);
            }

            builder.AddBinaryAnnotation(Value(kind, value, batch) with { Key = key }, host);
        }
    }

    // BOOL 0, BYTES 1, I16 2, I32 3, I64 4, DOUBLE 5, STRING 6; numbers big-endian. A value of another length than its type's is kept as the bytes that it is.
    private static ZipkinTag Value(int kind, ReadOnlySpan<byte> value, ZipkinBatch batch) => (kind, value.Length) switch
    {
        (0, 1) => new ZipkinTag(default, ZipkinTagType.Bool, default, value[0] == 0 ? 0 : 1),
        (2, 2) => new ZipkinTag(default, ZipkinTagType.Int, default, BinaryPrimitives.ReadInt16BigEndian(value)),
        (3, 4) => new ZipkinTag(default, ZipkinTagType.Int, default, BinaryPrimitives.ReadInt32BigEndian(value)),
        (4, 8) => new ZipkinTag(default, ZipkinTagType.Int, default, BinaryPrimitives.ReadInt64BigEndian(value)),
        (5, 8) => new ZipkinTag(default, ZipkinTagType.Double, default, BinaryPrimitives.ReadInt64BigEndian(value)),
        (6, _) => new ZipkinTag(default, ZipkinTagType.Text, batch.AddText(value), 0),
        _ => new ZipkinTag(default, ZipkinTagType.Bytes, batch.AddText(value), 0),
    };

    /// <summary>Endpoint{1 ipv4, 2 port, 3 service_name, 4 ipv6}; the port is an unsigned number in a signed field.</summary>
    private static bool TryEndpoint(ref ThriftBinaryReader reader, ZipkinBatch batch, out ZipkinEndpoint endpoint)
    {
        endpoint = default;
        var (ipv4, port, name) = (0, (short)0, default(Place));
        ReadOnlySpan<byte> ipv6 = default;
        short id = 0;
        while (true)
        {
            if (!reader.TryReadField(ref id, out var type)) return false;
            if (type == ThriftType.Stop) break;
            if (!((id, type) switch
            {
                (1, ThriftType.I32) => reader.TryReadI32(out ipv4),
                (2, ThriftType.I16) => reader.TryReadI16(out port),
                (3, ThriftType.Bytes) => TryText(ref reader, batch, out name),
                (4, ThriftType.Bytes) => reader.TryReadBytes(out ipv6),
                _ => ThriftSkip.TrySkip(ref reader, type),
            })) return false;
        }

        Span<byte> address = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(address, ipv4);
        endpoint = new ZipkinEndpoint(name, ipv4 == 0 ? default : AddAddress(address, batch), ipv6.Length == 16 ? AddAddress(ipv6, batch) : default, (ushort)port);
        return true;
    }

    private static Place AddAddress(ReadOnlySpan<byte> address, ZipkinBatch batch)
    {
        Span<byte> text = stackalloc byte[64];
        return new IPAddress(address).TryFormat(text, out var written) ? batch.AddText(text[..written]) : default;
    }

    private static bool TryText(ref ThriftBinaryReader reader, ZipkinBatch batch, out Place text)
    {
        var isGood = reader.TryReadBytes(out var bytes);
        text = isGood ? batch.AddText(bytes) : default;
        return isGood;
    }

    private static bool TryBeginStructs(ref ThriftBinaryReader reader, out int count)
    {
        if (!reader.TryReadList(out var element, out count)) return false;
        if (element == ThriftType.Struct || count == 0) return true;
        reader.Problem = ThriftProblem.ElementsOfOtherType;
        return false;
    }

    private static ulong Positive(long number) => number > 0 ? (ulong)number : 0;

    private static InvalidDataException Malformed(in ThriftBinaryReader reader) => new("zipkinv1: " + ThriftProblemText.Of(reader.Problem, reader.Position));
}
