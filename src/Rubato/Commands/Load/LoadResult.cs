namespace Rubato.Commands.Load;

/// <summary>The outcome of a load; its JSON form is what <c>--output json</c> prints.</summary>
internal sealed record LoadResult
{
    public required string Target { get; init; }

    public required string Protocol { get; init; }

    public required int Connections { get; init; }

    public required ulong Seed { get; init; }

    public required long StartUnixNano { get; init; }

    public required long AcknowledgedSpans { get; init; }

    public required long AcknowledgedRequests { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required double SpansPerSecond { get; init; }

    /// <summary>Spans refused for good.</summary>
    public required long RefusedSpans { get; init; }

    /// <summary>Spans refused for good, by reason.</summary>
    public required SortedDictionary<string, long> Refusals { get; init; }

    public required long Retries { get; init; }

    public required SortedDictionary<string, long> RetryReasons { get; init; }

    /// <summary>From sending a request to its acknowledgement, retries included.</summary>
    public required LatencySummary LatencyMillis { get; init; }

    public required long BytesSent { get; init; }

    /// <summary>CPU time of this process, so that a reader can see what of the machine the generator took.</summary>
    public required double GeneratorCpuMicrosPerSpan { get; init; }

    /// <summary>Why the load ended before its last span; null when it did not.</summary>
    public string? Stopped { get; init; }
}
