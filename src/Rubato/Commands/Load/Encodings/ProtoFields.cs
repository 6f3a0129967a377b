using Rubato.Model.Otlp;

namespace Rubato.Commands.Load.Encodings;

/// <summary>The fields of one protobuf message in order, for <c>foreach</c>. The bytes are our own: malformed ones are an error of the program.</summary>
internal ref struct ProtoFields(ReadOnlySpan<byte> message)
{
    private WireReader _reader = new(message);

    public ProtoField Current { get; private set; }

    public readonly ProtoFields GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_reader.AtEnd)
        {
            return false;
        }

        ReadOnlySpan<byte> content = default;
        ulong value = 0;
        bool good = _reader.TryReadTag(out int number, out int wireType) && wireType switch
        {
            0 => _reader.TryReadVarint(out value),
            1 => _reader.TryReadFixed64(out value),
            2 => _reader.TryReadBytes(out content),
            _ => false,
        };
        if (!good)
        {
            throw new InvalidOperationException($"the generated request is malformed at byte {_reader.Position} of a message");
        }

        Current = new ProtoField(number, content, value);
        return true;
    }
}

/// <summary>One field: its content where it has a length, else its number.</summary>
internal readonly ref struct ProtoField(int number, ReadOnlySpan<byte> content, ulong value)
{
    public int Number { get; } = number;

    public ReadOnlySpan<byte> Content { get; } = content;

    public ulong Value { get; } = value;
}
