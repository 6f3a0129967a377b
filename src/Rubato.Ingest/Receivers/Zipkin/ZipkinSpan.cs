using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>One span; texts are places in its batch. Times in microseconds, as sent.</summary>
internal struct ZipkinSpan
{
    public ulong TraceIdHigh;
    public ulong TraceIdLow;
    public ulong Id;
    public ulong ParentId;
    public ZipkinKind Kind;
    public Place Name;
    public bool HasTimestamp;
    public ulong Timestamp;
    public ulong Duration;
    public ZipkinEndpoint Local;
    public ZipkinEndpoint Remote;
    public int FirstTag;
    public int TagCount;
    public int FirstAnnotation;
    public int AnnotationCount;
}

/// <summary>Zipkin's kinds, by the numbers of its protobuf; <see cref="Unspecified"/> where none was sent.</summary>
internal enum ZipkinKind : byte
{
    Unspecified = 0,
    Client = 1,
    Server = 2,
    Producer = 3,
    Consumer = 4,
}

/// <summary>Who took part; empty where nothing of it was sent. Addresses are checked texts.</summary>
internal record struct ZipkinEndpoint(Place ServiceName, Place Ipv4, Place Ipv6, int Port);

/// <param name="Timestamp">Microseconds since 1970.</param>
/// <param name="Value">What happened.</param>
internal readonly record struct ZipkinAnnotation(ulong Timestamp, Place Value);

/// <summary>A tag; version 1's binary annotations may have other types than text.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Type">Which of the following two is set.</param>
/// <param name="Text">Of a text, or bytes.</param>
/// <param name="Number">Of the other types; a double as its bits.</param>
internal readonly record struct ZipkinTag(Place Key, ZipkinTagType Type, Place Text, long Number);

internal enum ZipkinTagType : byte
{
    Text,
    Bytes,
    Bool,
    Int,
    Double,
}
