namespace Rubato.Commands.Load.Encodings;

/// <summary>An event of a span of the load; its attributes are read from <see cref="Message"/>.</summary>
internal readonly ref struct SentEvent
{
    public const int AttributeField = 3;

    public SentEvent(ReadOnlySpan<byte> message)
    {
        Message = message;
        foreach (ProtoField field in new ProtoFields(message))
        {
            if (field.Number == 1)
            {
                UnixNano = (long)field.Value;
            }
            else if (field.Number == 2)
            {
                Name = field.Content;
            }
        }
    }

    public ReadOnlySpan<byte> Message { get; }

    public long UnixNano { get; }

    public ReadOnlySpan<byte> Name { get; }
}
