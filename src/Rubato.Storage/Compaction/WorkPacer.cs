namespace Rubato.Storage.Compaction;

/// <summary>Keeps work in the background to a share of one core: after each stretch of work a rest in proportion. One worker at a time.</summary>
/// <param name="share">Above 0, up to 1: no rest.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkPacer(double share, TimeProvider time)
{
    // Shorter rests would be no rests: a timer is good for some milliseconds.
    private static readonly TimeSpan s_stretch = TimeSpan.FromMilliseconds(20);

    private long _since = time.GetTimestamp();

    /// <summary>Work begins; what came before was no work.</summary>
    public void Begin() => _since = time.GetTimestamp();

    public async ValueTask PaceAsync(CancellationToken cancellationToken)
    {
        var worked = time.GetElapsedTime(_since);
        if (worked < s_stretch || share >= 1) return;
        await Task.Delay(worked * ((1 / share) - 1), time, cancellationToken);
        _since = time.GetTimestamp();
    }
}
