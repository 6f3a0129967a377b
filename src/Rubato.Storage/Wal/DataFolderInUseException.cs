namespace Rubato.Storage.Wal;

/// <summary>Another process holds the data folder. Two writers on one WAL would destroy each other's records.</summary>
public sealed class DataFolderInUseException(string folder, string? owner, Exception inner)
    : IOException($"The folder {folder} is in use by another process{(owner is null ? "" : $" (pid {owner})")}; " +
        "stop that process or give this one its own storage.trace.wal.path", inner)
{
    public string Folder { get; } = folder;
}
