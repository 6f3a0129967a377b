using System.Globalization;

namespace Rubato.Model.Otlp;

/// <summary>One field of a message that has been stepped over. For length-delimited fields Start..End is the content.</summary>
internal struct OtlpField
{
    public int Number;
    public OtlpMessage Child;
    public int Start;
    public int End;
}

/// <summary>Walks messages in place and remembers what went wrong and where; the text is only made when somebody asks.</summary>
internal ref struct OtlpWalk(ReadOnlySpan<byte> buffer)
{
    public readonly ReadOnlySpan<byte> Buffer = buffer;
    public int Position;

    private Problem _problem;
    private OtlpMessage _problemMessage;
    private int _problemField;
    private long _problemValue;
    private int _problemLimit;

    private enum Problem : byte
    {
        None,
        BadTag,
        BadVarint,
        WrongWireType,
        PastEnd,
        TooDeep,
    }

    public int ErrorPosition { get; private set; }

    /// <summary>Steps over the next field of a message that ends at <paramref name="end"/>; false when it is malformed.</summary>
    public bool TryNext(OtlpMessage message, int end, out OtlpField field)
    {
        field = default;
        var at = Position;
        if (!TryVarint(end, out var key)) return Fail(Problem.BadVarint, message, 0, at);
        var number = (int)(key >> 3);
        var wireType = (int)key & 7;
        if (key > uint.MaxValue || number == 0) return Fail(Problem.BadTag, message, 0, at, (long)key);
        if (OtlpSchema.TryGet(message, number, out var expected, out var child) && wireType != expected)
            return Fail(Problem.WrongWireType, message, number, at, wireType);
        field.Number = number;
        field.Child = child;
        field.Start = Position;
        switch (wireType)
        {
            case OtlpSchema.Length:
                if (!TryVarint(end, out var length)) return Fail(Problem.BadVarint, message, number, Position);
                if (length > (ulong)(end - Position)) return Fail(Problem.PastEnd, message, number, at, (long)Math.Min(length, long.MaxValue), end);
                field.Start = Position;
                Position += (int)length;
                break;
            case OtlpSchema.Varint:
                if (!TryVarint(end, out _)) return Fail(Problem.BadVarint, message, number, Position);
                break;
            case OtlpSchema.Fixed64:
                if (end - Position < 8) return Fail(Problem.PastEnd, message, number, at, 8, end);
                Position += 8;
                break;
            case OtlpSchema.Fixed32:
                if (end - Position < 4) return Fail(Problem.PastEnd, message, number, at, 4, end);
                Position += 4;
                break;
            default:
                return Fail(Problem.BadTag, message, number, at, (long)key);
        }

        field.End = Position;
        return true;
    }

    /// <summary>Checks the content of a message, all levels of it.</summary>
    /// <param name="message">Which message.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="end">Behind its last byte.</param>
    /// <param name="depth">Arrays and lists around it.</param>
    public bool CheckMessage(OtlpMessage message, int start, int end, int depth)
    {
        if (message is OtlpMessage.ArrayValue or OtlpMessage.KeyValueList && ++depth > AnyValueReader.MaxDepth)
            return Fail(Problem.TooDeep, message, 1, start);
        Position = start;
        while (Position < end)
        {
            if (!TryNext(message, end, out var field)) return false;
            if (field.Child != OtlpMessage.None && !CheckMessage(field.Child, field.Start, field.End, depth)) return false;
        }

        return true;
    }

    public readonly string ErrorText()
    {
        var where = _problemField == 0 ? $"{_problemMessage}" : $"{_problemMessage} field {_problemField}";
        return _problem switch
        {
            Problem.BadTag => Text($"{where}: no protobuf field header at byte {ErrorPosition}"),
            Problem.BadVarint => Text($"{where}: number at byte {ErrorPosition} is cut off or longer than 64 bits"),
            Problem.WrongWireType => Text($"{where}: wrong wire type {_problemValue} at byte {ErrorPosition}"),
            Problem.PastEnd => Text($"{where} at byte {ErrorPosition}: {_problemValue} bytes claimed, past the end of its message at byte {_problemLimit}"),
            Problem.TooDeep => Text($"{where} at byte {ErrorPosition}: values nested more than {AnyValueReader.MaxDepth} levels deep"),
            _ => "",
        };

        static string Text(FormattableString text) => "malformed OTLP request: " + text.ToString(CultureInfo.InvariantCulture);
    }

    private bool TryVarint(int end, out ulong value)
    {
        var p = Position;
        if (p < end && Buffer[p] < 0x80)
        {
            value = Buffer[p];
            Position = p + 1;
            return true;
        }

        value = 0;
        for (var shift = 0; shift < 64 && p < end; shift += 7)
        {
            var b = Buffer[p++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b >= 0x80) continue;
            Position = p;
            return shift < 63 || b <= 1;
        }

        return false;
    }

    private bool Fail(Problem problem, OtlpMessage message, int field, int position, long value = 0, int limit = 0)
    {
        _problem = problem;
        _problemMessage = message;
        _problemField = field;
        _problemValue = value;
        _problemLimit = limit;
        ErrorPosition = position;
        return false;
    }
}
