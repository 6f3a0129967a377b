namespace Rubato.Testing.Jaeger;

/// <summary>A batch as Jaeger's Thrift (spec/wire-formats.md 3.1).</summary>
public static class JaegerThriftWriter
{
    /// <summary>The body of a Thrift over HTTP request.</summary>
    public static byte[] Body(JaegerBatch batch)
    {
        var writer = new ThriftBinaryWriter();
        Batch(writer, batch);
        return writer.ToArray();
    }

    /// <summary>A packet for an agent's port.</summary>
    public static byte[] Packet(JaegerBatch batch, bool isCompact, string call = "emitBatch")
    {
        ThriftWriter writer = isCompact ? new ThriftCompactWriter() : new ThriftBinaryWriter();
        writer.Message(call);
        writer.BeginStruct();
        writer.Field(1, ThriftWriter.Struct);
        Batch(writer, batch);
        writer.EndStruct();
        return writer.ToArray();
    }

    private static void Batch(ThriftWriter writer, JaegerBatch batch)
    {
        writer.BeginStruct();
        writer.Field(1, ThriftWriter.Struct);
        writer.BeginStruct();
        writer.TextField(1, batch.Process.ServiceName);
        if (batch.Process.Tags.Count > 0) Tags(writer, 2, batch.Process.Tags);
        writer.EndStruct();
        writer.Field(2, ThriftWriter.List);
        writer.BeginList(ThriftWriter.Struct, batch.Spans.Count);
        foreach (var span in batch.Spans) Span(writer, span);
        writer.NumberField(3, ThriftWriter.I64, 77);
        writer.EndStruct();
    }

    private static void Span(ThriftWriter writer, JaegerSpan span)
    {
        writer.BeginStruct();
        writer.NumberField(1, ThriftWriter.I64, (long)span.TraceLow);
        writer.NumberField(2, ThriftWriter.I64, (long)span.TraceHigh);
        writer.NumberField(3, ThriftWriter.I64, (long)span.SpanId);
        writer.NumberField(4, ThriftWriter.I64, (long)span.ParentId);
        writer.TextField(5, span.Name);
        if (span.References.Count > 0)
        {
            writer.Field(6, ThriftWriter.List);
            writer.BeginList(ThriftWriter.Struct, span.References.Count);
            foreach (var reference in span.References)
            {
                writer.BeginStruct();
                writer.NumberField(1, ThriftWriter.I32, reference.IsFollowsFrom ? 1 : 0);
                writer.NumberField(2, ThriftWriter.I64, (long)reference.TraceLow);
                writer.NumberField(3, ThriftWriter.I64, (long)reference.TraceHigh);
                writer.NumberField(4, ThriftWriter.I64, (long)reference.SpanId);
                writer.EndStruct();
            }
        }

        writer.NumberField(7, ThriftWriter.I32, span.Flags);
        writer.NumberField(8, ThriftWriter.I64, span.Start);
        writer.NumberField(9, ThriftWriter.I64, span.Duration);
        if (span.Tags.Count > 0) Tags(writer, 10, span.Tags);
        if (span.Logs.Count > 0)
        {
            writer.Field(11, ThriftWriter.List);
            writer.BeginList(ThriftWriter.Struct, span.Logs.Count);
            foreach (var log in span.Logs)
            {
                writer.BeginStruct();
                writer.NumberField(1, ThriftWriter.I64, log.Time);
                Tags(writer, 2, log.Fields);
                writer.EndStruct();
            }
        }

        writer.EndStruct();
    }

    private static void Tags(ThriftWriter writer, int field, IReadOnlyList<JaegerTag> tags)
    {
        writer.Field(field, ThriftWriter.List);
        writer.BeginList(ThriftWriter.Struct, tags.Count);
        foreach (var tag in tags)
        {
            writer.BeginStruct();
            writer.TextField(1, tag.Key);
            writer.NumberField(2, ThriftWriter.I32, tag.Value switch { string => 0, double => 1, bool => 2, long => 3, byte[] => 4, _ => (int)tag.Value });
            switch (tag.Value)
            {
                case string text:
                    writer.TextField(3, text);
                    break;
                case double real:
                    writer.Field(4, ThriftWriter.Double);
                    writer.Real(real);
                    break;
                case bool flag:
                    writer.BoolField(5, flag);
                    break;
                case long integer:
                    writer.NumberField(6, ThriftWriter.I64, integer);
                    break;
                case byte[] bytes:
                    writer.Field(7, ThriftWriter.Text);
                    writer.Bytes(bytes);
                    break;
            }

            writer.EndStruct();
        }
    }
}
