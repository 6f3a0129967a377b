namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary><c>distributor.receivers.zipkin</c>.</summary>
public sealed record ZipkinOptions
{
    /// <summary><c>parse_string_tags</c>: tags that look like numbers, <c>true</c> or <c>false</c> become such.</summary>
    public bool ParseStringTags { get; init; }

    /// <summary><c>max_request_body_size</c>, also after decompression. Collector default: 20 MiB.</summary>
    public int MaxRequestBodyBytes { get; init; } = 20 << 20;
}
