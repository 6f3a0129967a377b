using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rubato.Storage.Blocks;

internal sealed class BlockIdJsonConverter : JsonConverter<BlockId>
{
    public override BlockId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return BlockId.TryParse(text, out var id) ? id : throw new JsonException($"'{text}' is not a block id");
    }

    public override void Write(Utf8JsonWriter writer, BlockId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
