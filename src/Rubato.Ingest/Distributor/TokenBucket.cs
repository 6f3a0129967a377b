namespace Rubato.Ingest.Distributor;

/// <summary>
/// Lets so much pass a second on average, and so much at once: fills with <c>rate</c>, holds <c>burst</c>, begins full. A request takes all it needs now or
/// nothing (spec/limits-and-overrides.md 2.4). Safe for concurrent use.
/// </summary>
internal sealed class TokenBucket(TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = double.NaN;
    private long _filledAt;

    /// <param name="wanted">Not negative.</param>
    /// <param name="rate">Tokens a second; may differ from call to call, as limits change while the server runs.</param>
    /// <param name="burst">Most that the bucket holds; more than that at once can never pass.</param>
    public bool TryTake(long wanted, double rate, long burst)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _tokens = double.IsNaN(_tokens) ? burst : Math.Min(burst, _tokens + (rate * time.GetElapsedTime(_filledAt, now).TotalSeconds));
            _filledAt = now;
            if (wanted > _tokens) return false;
            _tokens -= wanted;
            return true;
        }
    }
}
