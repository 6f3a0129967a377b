using System.Buffers.Binary;
using System.Net;
using Rubato.Model.Otlp;

namespace Rubato.Testing.Zipkin;

/// <summary>Version 2 protobuf, by the sheet (spec/wire-formats.md 5.3).</summary>
public static class ZipkinProtoWriter
{
    public static byte[] Write(IReadOnlyList<ZipkinModel> spans)
    {
        var writer = new ProtoWriter();
        foreach (var span in spans)
        {
            var message = writer.BeginMessage(1);
            Write(writer, span);
            writer.EndMessage(message);
        }

        return writer.ToArray();
    }

    private static void Write(ProtoWriter writer, ZipkinModel span)
    {
        writer.WriteBytes(1, [.. Id(span.TraceHigh), .. Id(span.TraceLow)]);
        if (span.ParentId != 0) writer.WriteBytes(2, Id(span.ParentId));
        writer.WriteBytes(3, Id(span.Id));
        if (span.Kind.Length > 0) writer.WriteVarint(4, (ulong)Array.IndexOf(["", "CLIENT", "SERVER", "PRODUCER", "CONSUMER"], span.Kind));
        writer.WriteString(5, span.Name);
        if (span.Timestamp != 0) writer.WriteFixed64(6, (ulong)span.Timestamp);
        if (span.Duration != 0) writer.WriteVarint(7, (ulong)span.Duration);
        Write(writer, 8, span.Local);
        Write(writer, 9, span.Remote);
        foreach (var (at, value) in span.Annotations)
        {
            var message = writer.BeginMessage(10);
            writer.WriteFixed64(1, (ulong)at);
            writer.WriteString(2, value);
            writer.EndMessage(message);
        }

        foreach (var (key, value) in span.Tags)
        {
            var message = writer.BeginMessage(11);
            writer.WriteString(1, key);
            writer.WriteString(2, value);
            writer.EndMessage(message);
        }

        writer.WriteVarint(13, 1);
    }

    private static void Write(ProtoWriter writer, int field, ZipkinHost host)
    {
        var message = writer.BeginMessage(field);
        if (host.Service.Length > 0) writer.WriteString(1, host.Service);
        if (host.Ipv4.Length > 0) writer.WriteBytes(2, IPAddress.Parse(host.Ipv4).GetAddressBytes());
        if (host.Ipv6.Length > 0) writer.WriteBytes(3, IPAddress.Parse(host.Ipv6).GetAddressBytes());
        if (host.Port != 0) writer.WriteVarint(4, (ulong)host.Port);
        writer.EndMessage(message);
    }

    private static byte[] Id(ulong id)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        return bytes;
    }
}
