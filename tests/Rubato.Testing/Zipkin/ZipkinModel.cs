namespace Rubato.Testing.Zipkin;

/// <summary>What a Zipkin client sends, version 2, as plain objects: written by <see cref="ZipkinJsonWriter"/> and <see cref="ZipkinProtoWriter"/>.</summary>
public sealed record ZipkinModel
{
    public ulong TraceHigh { get; init; }

    public ulong TraceLow { get; init; } = 1;

    public ulong Id { get; init; } = 1;

    public ulong ParentId { get; init; }

    /// <summary>Empty, or CLIENT, SERVER, PRODUCER, CONSUMER.</summary>
    public string Kind { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Microseconds; 0 is not sent.</summary>
    public long Timestamp { get; init; } = 1_700_000_000_000_000;

    public long Duration { get; init; }

    public ZipkinHost Local { get; init; } = new("", "", "", 0);

    public ZipkinHost Remote { get; init; } = new("", "", "", 0);

    public IReadOnlyList<(long Timestamp, string Value)> Annotations { get; init; } = [];

    public IReadOnlyList<(string Key, string Value)> Tags { get; init; } = [];
}

public sealed record ZipkinHost(string Service, string Ipv4, string Ipv6, int Port);
