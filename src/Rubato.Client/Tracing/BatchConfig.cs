namespace Rubato.Client;

/// <summary>How spans are gathered into requests.</summary>
/// <param name="MaxQueueSize">Spans that wait, at most.</param>
/// <param name="BatchTimeout">The longest wait for a batch to fill.</param>
/// <param name="ExportTimeout">The longest time for one request.</param>
/// <param name="MaxExportBatchSize">Spans in one request, at most.</param>
public sealed record BatchConfig(int MaxQueueSize, TimeSpan BatchTimeout, TimeSpan ExportTimeout, int MaxExportBatchSize)
{
    /// <summary>Under 100 spans a second: 512 spans, 10 s, 30 s, batches of 128.</summary>
    public static BatchConfig Low { get; } = new(512, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), 128);

    /// <summary>100 to 1,000 spans a second: 2,048 spans, 5 s, 30 s, batches of 512.</summary>
    public static BatchConfig Medium { get; } = new(2048, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), 512);

    /// <summary>Over 1,000 spans a second: 8,192 spans, 2 s, 30 s, batches of 2,048.</summary>
    public static BatchConfig High { get; } = new(8192, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30), 2048);

    /// <summary>The preset of a name: <c>low</c>, <c>medium</c> or <c>high</c>. Any other name is <see cref="Medium"/>.</summary>
    public static BatchConfig Optimized(string? load) => load switch
    {
        "low" => Low,
        "high" => High,
        _ => Medium,
    };
}
