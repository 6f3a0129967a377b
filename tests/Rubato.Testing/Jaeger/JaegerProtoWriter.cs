using System.Buffers.Binary;
using Rubato.Model.Otlp;

namespace Rubato.Testing.Jaeger;

/// <summary>A batch as Jaeger's gRPC PostSpansRequest (spec/wire-formats.md 2).</summary>
public static class JaegerProtoWriter
{
    public static byte[] Write(JaegerBatch batch)
    {
        var writer = new ProtoWriter();
        var message = writer.BeginMessage(1);
        foreach (var span in batch.Spans)
        {
            var start = writer.BeginMessage(1);
            Span(writer, span);
            writer.EndMessage(start);
        }

        Process(writer, 2, batch.Process);
        writer.EndMessage(message);
        return writer.ToArray();
    }

    private static void Span(ProtoWriter writer, JaegerSpan span)
    {
        writer.WriteBytes(1, TraceId(span.TraceHigh, span.TraceLow));
        writer.WriteBytes(2, Id(span.SpanId));
        writer.WriteString(3, span.Name);
        foreach (var reference in span.References)
        {
            var start = writer.BeginMessage(4);
            writer.WriteBytes(1, TraceId(reference.TraceHigh, reference.TraceLow));
            writer.WriteBytes(2, Id(reference.SpanId));
            if (reference.IsFollowsFrom) writer.WriteVarint(3, 1);
            writer.EndMessage(start);
        }

        writer.WriteVarint(5, (ulong)span.Flags);
        Time(writer, 6, span.Start);
        Time(writer, 7, span.Duration);
        Tags(writer, 8, span.Tags);
        foreach (var log in span.Logs)
        {
            var start = writer.BeginMessage(9);
            Time(writer, 1, log.Time);
            Tags(writer, 2, log.Fields);
            writer.EndMessage(start);
        }

        if (span.Process is { } process) Process(writer, 10, process);
        writer.WriteString(11, "p1");
        writer.WriteString(12, "a warning");
    }

    private static void Process(ProtoWriter writer, int field, JaegerProcess process)
    {
        var start = writer.BeginMessage(field);
        writer.WriteString(1, process.ServiceName);
        Tags(writer, 2, process.Tags);
        writer.EndMessage(start);
    }

    private static void Tags(ProtoWriter writer, int field, IReadOnlyList<JaegerTag> tags)
    {
        foreach (var tag in tags)
        {
            var start = writer.BeginMessage(field);
            writer.WriteString(1, tag.Key);
            switch (tag.Value)
            {
                case string text:
                    writer.WriteString(3, text);
                    break;
                case bool flag:
                    writer.WriteVarint(2, 1);
                    writer.WriteVarint(4, flag ? 1u : 0u);
                    break;
                case long integer:
                    writer.WriteVarint(2, 2);
                    writer.WriteVarint(5, (ulong)integer);
                    break;
                case double real:
                    writer.WriteVarint(2, 3);
                    writer.WriteFixed64(6, BitConverter.DoubleToUInt64Bits(real));
                    break;
                case byte[] bytes:
                    writer.WriteVarint(2, 4);
                    writer.WriteBytes(7, bytes);
                    break;
                case int unknown:
                    writer.WriteVarint(2, (ulong)unknown);
                    break;
            }

            writer.EndMessage(start);
        }
    }

    private static void Time(ProtoWriter writer, int field, long microseconds)
    {
        var start = writer.BeginMessage(field);
        var seconds = Math.DivRem(microseconds, 1_000_000, out var rest);
        if (seconds != 0) writer.WriteVarint(1, (ulong)seconds);
        if (rest != 0) writer.WriteVarint(2, (ulong)(rest * 1000));
        writer.EndMessage(start);
    }

    // The low half alone is what clients with 64-bit ids send.
    private static byte[] TraceId(ulong high, ulong low) => high == 0 ? Id(low) : [.. Id(high), .. Id(low)];

    private static byte[] Id(ulong id)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        return bytes;
    }
}
