namespace Rubato.Storage.Wal;

/// <summary>A record that was not acknowledged: the sender keeps it and, when <see cref="IsRetryable"/>, sends it again.</summary>
public sealed class WalWriteException(WalWriteFailure failure, string message, Exception? inner = null) : IOException(message, inner)
{
    public WalWriteFailure Failure { get; } = failure;

    public bool IsRetryable => Failure != WalWriteFailure.RecordTooLarge;

    internal static bool IsDiskFull(Exception e)
    {
        // .NET passes errno through as HResult.
        const int noSpace = 28, quota = 122, windowsDiskFull = unchecked((int)0x80070070);
        return e is IOException && e.HResult is noSpace or quota or windowsDiskFull;
    }
}
