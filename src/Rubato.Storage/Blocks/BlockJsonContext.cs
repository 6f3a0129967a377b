using System.Text.Json.Serialization;

namespace Rubato.Storage.Blocks;

[JsonSourceGenerationOptions(WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BlockMeta))]
internal sealed partial class BlockJsonContext : JsonSerializerContext;
