namespace Rubato.Commands.Load.Encodings;

/// <summary>A span of the load, read from its OTLP (spec/wire-formats.md 1.2); attributes and events are read from <see cref="Message"/>.</summary>
internal readonly ref struct SentSpan
{
    public const int AttributeField = 9;
    public const int EventField = 11;

    public SentSpan(ReadOnlySpan<byte> message)
    {
        Message = message;
        foreach (ProtoField field in new ProtoFields(message))
        {
            switch (field.Number)
            {
                case 1:
                    TraceId = field.Content;
                    break;
                case 2:
                    SpanId = field.Content;
                    break;
                case 4:
                    ParentId = field.Content;
                    break;
                case 5:
                    Name = field.Content;
                    break;
                case 6:
                    Kind = (int)field.Value;
                    break;
                case 7:
                    StartUnixNano = (long)field.Value;
                    break;
                case 8:
                    EndUnixNano = (long)field.Value;
                    break;
                case 15:
                    // Only failed spans have a status, and it says so with a message.
                    Failure = Text(field.Content, 2);
                    break;
            }
        }
    }

    public ReadOnlySpan<byte> Message { get; }

    public ReadOnlySpan<byte> TraceId { get; }

    public ReadOnlySpan<byte> SpanId { get; }

    /// <summary>Empty for a root.</summary>
    public ReadOnlySpan<byte> ParentId { get; }

    public ReadOnlySpan<byte> Name { get; }

    /// <summary>OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer.</summary>
    public int Kind { get; }

    public long StartUnixNano { get; }

    public long EndUnixNano { get; }

    /// <summary>The status message of a failed span; empty for others.</summary>
    public ReadOnlySpan<byte> Failure { get; }

    /// <summary>What Jaeger's and Zipkin's clients call the kind.</summary>
    public ReadOnlySpan<byte> KindName => Kind switch
    {
        2 => "server"u8,
        3 => "client"u8,
        4 => "producer"u8,
        5 => "consumer"u8,
        _ => "internal"u8,
    };

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> message, int number)
    {
        foreach (ProtoField field in new ProtoFields(message))
        {
            if (field.Number == number)
            {
                return field.Content;
            }
        }

        return default;
    }
}
