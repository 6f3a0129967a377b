using System.Text.Json.Serialization;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;

namespace Rubato.Storage.BlockLists;

/// <summary>The first line of a <see cref="TenantIndex"/>.</summary>
/// <param name="Fields">The fields of a block's description that the writer knew. One that the reader knows and the writer did not would be missing without a sign.</param>
internal sealed record TenantIndexHeader(
    [property: JsonPropertyName("format")] string Format,
    [property: JsonPropertyName("tenantID"), JsonConverter(typeof(TenantIdJsonConverter))] TenantId Tenant,
    [property: JsonPropertyName("createdAt")] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("blocks")] int Blocks,
    [property: JsonPropertyName("fields")] string[] Fields);

/// <summary>Its last line: XXH3-64 of all lines before, 16 hexadecimal digits.</summary>
internal sealed record TenantIndexEnd([property: JsonPropertyName("checksum")] string Checksum);

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TenantIndexHeader))]
[JsonSerializable(typeof(TenantIndexEntry))]
[JsonSerializable(typeof(TenantIndexEnd))]
internal sealed partial class TenantIndexJson : JsonSerializerContext;
