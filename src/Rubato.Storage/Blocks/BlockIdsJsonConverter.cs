using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rubato.Storage.Blocks;

internal sealed class BlockIdsJsonConverter : JsonConverter<IReadOnlyList<BlockId>>
{
    public override IReadOnlyList<BlockId> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("a list of block ids expected");
        var ids = new List<BlockId>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            ids.Add(BlockId.TryParse(text, out var id) ? id : throw new JsonException($"'{text}' is not a block id"));
        }

        return ids;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<BlockId> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var id in value) writer.WriteStringValue(id.Value);
        writer.WriteEndArray();
    }
}
