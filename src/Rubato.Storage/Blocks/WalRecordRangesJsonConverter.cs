using System.Text.Json;
using System.Text.Json.Serialization;
using Rubato.Storage.Wal;

namespace Rubato.Storage.Blocks;

/// <summary><c>[[first,last],…]</c>: a block may hold thousands of ranges, and names would triple them.</summary>
internal sealed class WalRecordRangesJsonConverter : JsonConverter<IReadOnlyList<WalRecordRange>>
{
    public override IReadOnlyList<WalRecordRange> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Expect(reader.TokenType, JsonTokenType.StartArray);
        var ranges = new List<WalRecordRange>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(reader.TokenType, JsonTokenType.StartArray);
            var range = new WalRecordRange(Number(ref reader), Number(ref reader));
            if (range.First > range.Last)
                throw new JsonException($"walRecords: [{range.First},{range.Last}] ends before it begins");
            ranges.Add(range);
            reader.Read();
            Expect(reader.TokenType, JsonTokenType.EndArray);
        }

        return ranges.ToArray();
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<WalRecordRange> value, JsonSerializerOptions options)
    {
        // Indented, every number would have a line of its own.
        var text = string.Join(',', value.Select(range => FormattableString.Invariant($"[{range.First},{range.Last}]")));
        writer.WriteRawValue($"[{text}]");
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            ? number
            : throw new JsonException("walRecords: a record number is a whole number of 64 bits");
    }

    private static void Expect(JsonTokenType found, JsonTokenType expected)
    {
        if (found != expected)
            throw new JsonException("walRecords: [[first,last],…] expected");
    }
}
