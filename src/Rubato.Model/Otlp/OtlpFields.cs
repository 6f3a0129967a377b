namespace Rubato.Model.Otlp;

/// <summary>The occurrences of one length-delimited field of a message, for <c>foreach</c>; other fields are stepped over.</summary>
internal ref struct OtlpFields(ReadOnlySpan<byte> message, int field)
{
    private WireReader _reader = new(message);

    public ReadOnlySpan<byte> Current { get; private set; }

    public static ReadOnlySpan<byte> LastBytes(ReadOnlySpan<byte> message, int field)
    {
        ReadOnlySpan<byte> last = default;
        foreach (var value in new OtlpFields(message, field)) last = value;
        return last;
    }

    public static ulong LastVarint(ReadOnlySpan<byte> message, int field) => Last(message, field, 0);

    public static ulong LastFixed64(ReadOnlySpan<byte> message, int field) => Last(message, field, 1);

    public static uint LastFixed32(ReadOnlySpan<byte> message, int field) => (uint)Last(message, field, 5);

    public readonly OtlpFields GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_reader.AtEnd && _reader.TryReadTag(out var number, out var wireType))
        {
            if (number == field && wireType == 2)
            {
                if (!_reader.TryReadBytes(out var value)) return false;
                Current = value;
                return true;
            }

            if (!_reader.TrySkip(wireType)) return false;
        }

        return false;
    }

    private static ulong Last(ReadOnlySpan<byte> message, int field, int wanted)
    {
        ulong last = 0;
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var number, out var wireType))
        {
            if (number != field || wireType != wanted)
            {
                if (!reader.TrySkip(wireType)) break;
                continue;
            }

            uint half = 0;
            var read = wanted switch
            {
                0 => reader.TryReadVarint(out last),
                1 => reader.TryReadFixed64(out last),
                _ => reader.TryReadFixed32(out half),
            };
            if (wanted == 5) last = half;
            if (!read) break;
        }

        return last;
    }
}
