namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.pool</c>: block look-ups at a time, and how many may wait.</summary>
internal sealed class PoolOptions
{
    [ConfigRange(1, 100_000)]
    [NoEffectYet]
    public int MaxWorkers { get; init; } = 400;

    [ConfigRange(1, 10_000_000)]
    [NoEffectYet]
    public int QueueDepth { get; init; } = 20_000;
}
