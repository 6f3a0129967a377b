namespace Rubato.Commands.Storage;

internal enum StorageCheckOutcome
{
    Good,

    /// <summary>Works, but less than it should; the text says what follows from it.</summary>
    Doubtful,

    Failed,

    /// <summary>Not tried, since what it needs had failed.</summary>
    Skipped,
}
