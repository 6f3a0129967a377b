namespace Rubato.Commands.Load.Encodings;

internal enum SentType
{
    Text,
    Bool,
    Int,
}

/// <summary>An attribute of the load, read from its OTLP KeyValue.</summary>
internal readonly ref struct SentAttribute
{
    public SentAttribute(ReadOnlySpan<byte> keyValue)
    {
        foreach (ProtoField field in new ProtoFields(keyValue))
        {
            if (field.Number == 1)
            {
                Key = field.Content;
                continue;
            }

            foreach (ProtoField value in new ProtoFields(field.Content))
            {
                Type = value.Number switch { 1 => SentType.Text, 2 => SentType.Bool, _ => SentType.Int };
                Text = value.Content;
                Number = (long)value.Value;
            }
        }
    }

    public ReadOnlySpan<byte> Key { get; }

    public SentType Type { get; }

    public ReadOnlySpan<byte> Text { get; }

    /// <summary>An int, or 1 for true.</summary>
    public long Number { get; }

    public bool IsServiceName => Key.SequenceEqual("service.name"u8);
}
