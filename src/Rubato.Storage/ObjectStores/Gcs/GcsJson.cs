using System.Text.Json.Serialization;

namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>The few fields of Google's storage API (v1, JSON) that are asked for. https://cloud.google.com/storage/docs/json_api/v1</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(GcsObject))]
[JsonSerializable(typeof(GcsList))]
[JsonSerializable(typeof(GcsErrorBody))]
internal sealed partial class GcsJson : JsonSerializerContext;

/// <summary>An object's description. Written: name, type, checks; read: size, time.</summary>
internal sealed class GcsObject
{
    public string? Name { get; set; }

    public string? ContentType { get; set; }

    public string? CacheControl { get; set; }

    public string? Md5Hash { get; set; }

    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    /// <summary>A number in a text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Size { get; set; }

    public DateTimeOffset? Updated { get; set; }
}

internal sealed class GcsList
{
    public List<GcsObject> Items { get; set; } = [];

    public List<string> Prefixes { get; set; } = [];

    public string? NextPageToken { get; set; }
}

internal sealed class GcsErrorBody
{
    public GcsErrorDetail? Error { get; set; }
}

internal sealed class GcsErrorDetail
{
    public string? Message { get; set; }

    public List<GcsErrorReason>? Errors { get; set; }
}

internal sealed class GcsErrorReason
{
    public string? Reason { get; set; }
}
