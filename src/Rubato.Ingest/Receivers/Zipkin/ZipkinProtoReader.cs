using System.Globalization;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>Zipkin's version 2 protobuf: ListOfSpans{1 spans} (spec/wire-formats.md 5.3), read by hand from the wire.</summary>
internal static class ZipkinProtoReader
{
    /// <exception cref="InvalidDataException">Malformed, or a span lacks what it needs; the message is for the sender.</exception>
    public static void Read(ReadOnlySpan<byte> body, ZipkinBatch batch)
    {
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) throw Malformed(reader.Position);
            if (field == 1 && wireType == 2)
            {
                if (!reader.TryReadBytes(out var span)) throw Malformed(reader.Position);
                ReadSpan(span, batch, reader.Position - span.Length);
            }
            else if (!reader.TrySkip(wireType))
            {
                throw Malformed(reader.Position);
            }
        }
    }

    private static void ReadSpan(ReadOnlySpan<byte> message, ZipkinBatch batch, int at)
    {
        var span = new ZipkinSpan { FirstTag = batch.TagCount, FirstAnnotation = batch.AnnotationCount };
        var hasTrace = false;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) throw Malformed(at + reader.Position);
            var isGood = (field, wireType) switch
            {
                (1, 2) => TryTraceId(ref reader, ref span, out hasTrace),
                (2, 2) => TryId(ref reader, "parent id", out span.ParentId),
                (3, 2) => TryId(ref reader, "span id", out span.Id),
                (4, 0) => TryKind(ref reader, out span.Kind),
                (5, 2) => TryText(ref reader, batch, out span.Name),
                (6, 1) => reader.TryReadFixed64(out span.Timestamp),
                (7, 0) => reader.TryReadVarint(out span.Duration),
                (8, 2) => TryEndpoint(ref reader, batch, out span.Local),
                (9, 2) => TryEndpoint(ref reader, batch, out span.Remote),
                (10, 2) => TryAnnotation(ref reader, batch),
                (11, 2) => TryTag(ref reader, batch),
                _ => reader.TrySkip(wireType),
            };
            if (!isGood) throw Malformed(at + reader.Position);
        }

        if (!hasTrace) throw new InvalidDataException("invalid TraceID: has length 0 yet wanted length 16");
        if (span.Id == 0) throw new InvalidDataException("valid span id required");
        span.HasTimestamp = span.Timestamp > 0;
        span.TagCount = batch.TagCount - span.FirstTag;
        span.AnnotationCount = batch.AnnotationCount - span.FirstAnnotation;
        batch.AddSpan(span);
    }

    private static bool TryTraceId(ref WireReader reader, ref ZipkinSpan span, out bool isThere)
    {
        isThere = false;
        if (!reader.TryReadBytes(out var id)) return false;
        if (id.Length != 16) throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"invalid TraceID: has length {id.Length} yet wanted length 16"));
        span.TraceIdHigh = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(id);
        span.TraceIdLow = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(id[8..]);
        return isThere = true;
    }

    private static bool TryId(ref WireReader reader, string what, out ulong value)
    {
        value = 0;
        if (!reader.TryReadBytes(out var id)) return false;
        if (id.IsEmpty) return true;
        if (id.Length != 8) throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"invalid {what}: has length {id.Length} yet wanted length 8"));
        value = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(id);
        return true;
    }

    private static bool TryKind(ref WireReader reader, out ZipkinKind kind)
    {
        var isGood = reader.TryReadVarint(out var number);
        kind = number <= 4 ? (ZipkinKind)number : ZipkinKind.Unspecified;
        return isGood;
    }

    private static bool TryText(ref WireReader reader, ZipkinBatch batch, out Place text)
    {
        text = default;
        if (!reader.TryReadBytes(out var bytes)) return false;
        text = batch.AddText(bytes);
        return true;
    }

    /// <summary>Endpoint{1 service_name, 2 ipv4 (4 bytes), 3 ipv6 (16 bytes), 4 port}.</summary>
    private static bool TryEndpoint(ref WireReader outer, ZipkinBatch batch, out ZipkinEndpoint endpoint)
    {
        endpoint = default;
        if (!outer.TryReadBytes(out var message)) return false;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            switch (field, wireType)
            {
                case (1, 2):
                    if (!TryText(ref reader, batch, out var name)) return false;
                    endpoint.ServiceName = name;
                    break;
                case (2, 2):
                    if (!reader.TryReadBytes(out var ipv4)) return false;
                    endpoint.Ipv4 = AddAddress(ipv4, 4, batch);
                    break;
                case (3, 2):
                    if (!reader.TryReadBytes(out var ipv6)) return false;
                    endpoint.Ipv6 = AddAddress(ipv6, 16, batch);
                    break;
                case (4, 0):
                    if (!reader.TryReadVarint(out var port)) return false;
                    endpoint.Port = port is > 0 and <= 65_535 ? (int)port : 0;
                    break;
                default:
                    if (!reader.TrySkip(wireType)) return false;
                    break;
            }
        }

        return true;
    }

    private static Place AddAddress(ReadOnlySpan<byte> address, int length, ZipkinBatch batch)
    {
        if (address.IsEmpty) return default;
        if (address.Length != length)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"invalid address: has length {address.Length} yet wanted length {length}"));
        Span<byte> text = stackalloc byte[64];
        return new System.Net.IPAddress(address).TryFormat(text, out var written) ? batch.AddText(text[..written]) : default;
    }

    /// <summary>Annotation{1 timestamp, 2 value}.</summary>
    private static bool TryAnnotation(ref WireReader outer, ZipkinBatch batch)
    {
        if (!outer.TryReadBytes(out var message)) return false;
        var (at, value) = (0UL, default(Place));
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (!((field, wireType) switch
            {
                (1, 1) => reader.TryReadFixed64(out at),
                (2, 2) => TryText(ref reader, batch, out value),
                _ => reader.TrySkip(wireType),
            })) return false;
        }

        if (at == 0) throw new InvalidDataException("valid annotation timestamp required");
        batch.AddAnnotation(new ZipkinAnnotation(at, value));
        return true;
    }

    /// <summary>An entry of the map: {1 key, 2 value}.</summary>
    private static bool TryTag(ref WireReader outer, ZipkinBatch batch)
    {
        if (!outer.TryReadBytes(out var message)) return false;
        var (key, value) = (default(Place), default(Place));
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (!((field, wireType) switch
            {
                (1, 2) => TryText(ref reader, batch, out key),
                (2, 2) => TryText(ref reader, batch, out value),
                _ => reader.TrySkip(wireType),
            })) return false;
        }

        batch.AddTag(new ZipkinTag(key, ZipkinTagType.Text, value, 0));
        return true;
    }

    private static InvalidDataException Malformed(int position) =>
        new(string.Create(CultureInfo.InvariantCulture, $"malformed protobuf at byte {position}"));
}
