namespace Rubato.Model.Scanning;

/// <summary>
/// Requests to the storage, and their bytes, of one query: what no cache of this process had. Follows the query through all its tasks, so that the
/// places that read need not be handed it.
/// </summary>
public sealed class ReadTally
{
    private static readonly AsyncLocal<ReadTally?> Current = new();

    private long _requests;
    private long _bytes;

    public long Requests => Interlocked.Read(ref _requests);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>From here on, reads of this flow of tasks count here.</summary>
    public static ReadTally Begin() => Current.Value = new ReadTally();

    /// <summary>Counts one read, if somebody wants to know.</summary>
    public static void Count(long bytes)
    {
        if (Current.Value is not { } tally) return;
        Interlocked.Increment(ref tally._requests);
        Interlocked.Add(ref tally._bytes, bytes);
    }
}
