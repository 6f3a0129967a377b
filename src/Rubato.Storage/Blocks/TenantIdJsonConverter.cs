using System.Text.Json;
using System.Text.Json.Serialization;
using Rubato.Model.Tenants;

namespace Rubato.Storage.Blocks;

internal sealed class TenantIdJsonConverter : JsonConverter<TenantId>
{
    public override TenantId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TenantId.TryParse(reader.GetString(), out var tenant, out var error) ? tenant : throw new JsonException(error);

    public override void Write(Utf8JsonWriter writer, TenantId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
