namespace Rubato.Server;

/// <summary>Loops of the server that look at something again and again until they are told to stop.</summary>
internal static class Periodically
{
    /// <summary>Does the work after each period; an exception of the work ends it.</summary>
    public static async Task RunAsync(TimeSpan period, TimeProvider time, Action work, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) work();
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }
}
