using System.Text.Json.Serialization;
using Rubato.Storage.Blocks;

namespace Rubato.Storage.BlockLists;

/// <summary>A block's line of a <see cref="TenantIndex"/>.</summary>
/// <param name="MetaBytes">The size of the rubato.json that it was read from: where the listing shows another one, the line is about something else.</param>
public sealed record TenantIndexEntry(
    [property: JsonPropertyName("metaBytes")] long MetaBytes,
    [property: JsonPropertyName("meta")] BlockMeta Meta);
