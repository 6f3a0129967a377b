using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>One pass over the JSON; every field is written as it comes, since protobuf does not care about order.</summary>
/// <param name="isFile">What <see cref="OtlpJson.TranscodeFile"/> allows, is allowed.</param>
internal ref struct OtlpJsonTranscoder(Utf8JsonReader json, ProtoWriter output, bool isFile = false)
{
    private Utf8JsonReader _json = json;

    /// <summary>Where the reader stands: the value that an error is about.</summary>
    public readonly long Position => _json.TokenStartIndex;

    /// <summary>The first id that is not hexadecimal.</summary>
    public long? NotHexPosition { get; private set; }

    /// <summary>Of files: the first id that is too long or too short.</summary>
    public long? WrongLengthPosition { get; private set; }

    public void Run()
    {
        _json.Read();
        ReadMessage(OtlpMessage.ExportTraceServiceRequest, 0);
        // Anything but white space behind the document is an error of the reader.
        _json.Read();
    }

    private void ReadMessage(OtlpMessage message, int depth)
    {
        if (_json.TokenType != JsonTokenType.StartObject) throw Expected("an object");
        if (message is OtlpMessage.ArrayValue or OtlpMessage.KeyValueList && ++depth > AnyValueReader.MaxDepth)
            throw new OtlpJsonException(string.Create(CultureInfo.InvariantCulture, $"values nested more than {AnyValueReader.MaxDepth} levels deep"));
        var fields = OtlpJsonSchema.Of(message);
        var next = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(fields, ref next) ?? (isFile ? OtlpJsonSchema.FindFormer(message, in _json) : null);
            _json.Read();
            if (field is null) _json.Skip();
            else if (_json.TokenType != JsonTokenType.Null) ReadField(field, depth);
        }
    }

    // Senders keep to the order of the schema, so the search begins behind the last hit.
    private readonly OtlpJsonField? Find(ReadOnlySpan<OtlpJsonField> fields, ref int next)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            var at = next + i < fields.Length ? next + i : next + i - fields.Length;
            var field = fields[at];
            if (!_json.ValueTextEquals(field.CamelCase) && !_json.ValueTextEquals(field.SnakeCase)) continue;
            next = at + 1 == fields.Length ? 0 : at + 1;
            return field;
        }

        return null;
    }

    private void ReadField(OtlpJsonField field, int depth)
    {
        switch (field.Kind)
        {
            case OtlpJsonKind.Message:
                ReadChild(field, depth);
                break;
            case OtlpJsonKind.Repeated:
                if (_json.TokenType != JsonTokenType.StartArray) throw Expected("an array");
                while (_json.Read() && _json.TokenType != JsonTokenType.EndArray) ReadChild(field, depth);
                break;
            case OtlpJsonKind.Text:
                WriteText(field.Number);
                break;
            case OtlpJsonKind.HexId:
                WriteHexId(field.Number);
                break;
            case OtlpJsonKind.Base64:
                output.WriteBytes(field.Number, ReadBase64());
                break;
            case OtlpJsonKind.Bool:
                if (_json.TokenType is not (JsonTokenType.True or JsonTokenType.False)) throw Expected("true or false");
                output.WriteVarint(field.Number, _json.TokenType == JsonTokenType.True ? 1u : 0u);
                break;
            case OtlpJsonKind.Int64:
                output.WriteVarint(field.Number, (ulong)(long)ReadInteger(long.MinValue, long.MaxValue, "a 64-bit integer as string or number"));
                break;
            case OtlpJsonKind.UInt32:
                output.WriteVarint(field.Number, (ulong)ReadInteger(0, uint.MaxValue, "an unsigned 32-bit integer"));
                break;
            case OtlpJsonKind.Fixed32:
                output.WriteFixed32(field.Number, (uint)ReadInteger(0, uint.MaxValue, "an unsigned 32-bit integer"));
                break;
            case OtlpJsonKind.Fixed64:
                output.WriteFixed64(field.Number, (ulong)ReadInteger(0, ulong.MaxValue, "an unsigned 64-bit integer as string or number"));
                break;
            case OtlpJsonKind.Double:
                output.WriteFixed64(field.Number, BitConverter.DoubleToUInt64Bits(ReadDouble()));
                break;
            case OtlpJsonKind.Enum:
                output.WriteVarint(field.Number, (ulong)(long)ReadEnum());
                break;
        }
    }

    private void ReadChild(OtlpJsonField field, int depth)
    {
        var start = output.BeginMessage(field.Number);
        ReadMessage(field.Child, depth);
        output.EndMessage(start);
    }

    private void WriteText(int number)
    {
        if (_json.TokenType != JsonTokenType.String) throw Expected("a string");
        if (!_json.ValueIsEscaped)
        {
            output.WriteBytes(number, _json.ValueSpan);
            return;
        }

        // Not the reader's own unescaping: that one throws at half a surrogate pair, and JavaScript senders that cut long
        // strings do send those.
        var rented = ArrayPool<byte>.Shared.Rent(_json.ValueSpan.Length);
        output.WriteBytes(number, rented.AsSpan(0, JsonText.Unescape(_json.ValueSpan, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    private void WriteHexId(int number)
    {
        if (_json.TokenType != JsonTokenType.String) throw Expected("a string of hexadecimal digits");
        const int maxBytes = 32;
        Span<byte> id = stackalloc byte[maxBytes];
        var digits = _json.ValueSpan;
        var isHex = digits.IndexOfAnyExcept(HexDigits) < 0;
        if (!isHex && isFile && TryReadBase64Id(id, out var idBytes))
        {
            WriteId(number, id[..idBytes]);
            return;
        }

        if (!isHex)
        {
            NotHexPosition ??= _json.TokenStartIndex;
            // One byte: no id has that length, so that the span is found to be bad (and a parent to be none).
            output.WriteBytes(number, [0]);
            return;
        }

        // Half a byte too many or too few makes a length that is wrong for certain.
        var length = Math.Min(digits.Length, maxBytes * 2);
        if (length % 2 != 0) length += length is 15 or 31 ? -1 : 1;
        length /= 2;
        id.Clear();
        if (digits.Length == length * 2) Convert.FromHexString(digits, id, out _, out _);
        WriteId(number, id[..length]);
    }

    private void WriteId(int number, scoped ReadOnlySpan<byte> id)
    {
        // Field 1 is a trace id in spans and in links, 2 a span's; 4 the parent, of which there may be none.
        if (isFile && id.Length != (number == 1 ? TraceId.Size : SpanId.Size) && !(number == 4 && id.IsEmpty)) WrongLengthPosition ??= _json.TokenStartIndex;
        output.WriteBytes(number, id);
    }

    /// <summary>16 or 8 bytes as 24 or 12 characters, with the padding that both lengths need: hexadecimal has none.</summary>
    private readonly bool TryReadBase64Id(scoped Span<byte> id, out int length)
    {
        const int longest = 24, escape = 6;
        length = 0;
        if (_json.ValueSpan.Length > longest * escape) return false;
        Span<byte> text = stackalloc byte[longest * escape];
        text = text[..JsonText.Unescape(_json.ValueSpan, text)];
        return text.Length is longest or longest / 2 && text[^1] == '='
            && Base64.DecodeFromUtf8(text, id, out _, out length) == OperationStatus.Done && length is TraceId.Size or SpanId.Size;
    }

    private readonly byte[] ReadBase64()
    {
        if (_json.TokenType != JsonTokenType.String) throw Expected("a base64 string");
        if (!_json.ValueIsEscaped && _json.TryGetBytesFromBase64(out var bytes)) return bytes;
        // Protobuf's JSON also allows the url alphabet, and padding may be missing.
        var rented = new byte[_json.ValueSpan.Length];
        var text = Encoding.UTF8.GetString(rented.AsSpan(0, JsonText.Unescape(_json.ValueSpan, rented)))
            .Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var decoded = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), decoded, out var written)
            ? decoded[..written]
            : throw Expected("a base64 string");
    }

    private readonly Int128 ReadInteger(Int128 min, Int128 max, string expected)
    {
        if (_json.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) throw Expected(expected);
        var text = _json.ValueSpan;
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            // 1e3 and 5.0 are integers in protobuf's JSON.
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
                || !double.IsInteger(real) || Math.Abs(real) > 1e20)
                throw Expected(expected);
            value = (Int128)real;
        }

        return value >= min && value <= max
            ? value
            : throw new OtlpJsonException($"expected {expected}, {value.ToString(CultureInfo.InvariantCulture)} is out of range");
    }

    private readonly double ReadDouble()
    {
        if (_json.TokenType is JsonTokenType.Number or JsonTokenType.String)
        {
            if (_json.ValueSpan.SequenceEqual("NaN"u8)) return double.NaN;
            if (_json.ValueSpan.SequenceEqual("Infinity"u8)) return double.PositiveInfinity;
            if (_json.ValueSpan.SequenceEqual("-Infinity"u8)) return double.NegativeInfinity;
            if (double.TryParse(_json.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;
        }

        throw Expected("a number");
    }

    private readonly int ReadEnum()
    {
        if (_json.TokenType == JsonTokenType.Number) return (int)ReadInteger(int.MinValue, int.MaxValue, "an enum number");
        if (_json.TokenType != JsonTokenType.String) throw Expected("an enum name or number");
        for (var i = 0; i < EnumNames.Length; i++)
        {
            if (_json.ValueTextEquals(EnumNames[i])) return EnumValues[i];
        }

        throw new OtlpJsonException("unknown enum name, expected for example SPAN_KIND_SERVER or STATUS_CODE_ERROR, or a number");
    }

    private readonly OtlpJsonException Expected(string what) => new($"expected {what}, found {_json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "the end",
    }}");

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private static readonly string[] EnumNames =
    [
        "SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER",
        "STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR",
    ];

    private static readonly int[] EnumValues = [0, 1, 2, 3, 4, 5, 0, 1, 2];
}
