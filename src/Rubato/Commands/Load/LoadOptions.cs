namespace Rubato.Commands.Load;

/// <summary>What <c>rubato load</c> was asked to do, parsed and checked.</summary>
internal sealed record LoadOptions
{
    public required Uri Target { get; init; }

    public LoadProtocol Protocol { get; init; } = LoadProtocol.Otlp;

    /// <summary>Each resource's spans are a request of their own.</summary>
    public bool SplitResources { get; init; }

    public int Connections { get; init; } = 4;

    /// <summary>Spans per second over all connections; 0: as fast as the server takes them.</summary>
    public double Rate { get; init; } = 20_000;

    public long Spans { get; init; } = 100_000;

    public ulong Seed { get; init; } = 1;

    public string? Tenant { get; init; }

    public ConnectionSettings Connection { get; init; } = ConnectionSettings.None;

    public LoadCompression Compression { get; init; }

    /// <summary>Start of the first trace, nanoseconds since 1970.</summary>
    public required long StartUnixNano { get; init; }

    /// <summary>How often one request is sent again after a retryable answer, beyond the first time.</summary>
    public int Retries { get; init; } = 5;

    public FileInfo? AckFile { get; init; }
}
