using System.Globalization;

namespace Rubato.Storage.Wal;

/// <summary>
/// An exclusive lock on a folder, held by the operating system and so released by any kind of death of the process.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    internal const string LockFileName = "lock";

    // The lock itself cannot be read by the process that is refused: who owns it stands beside it.
    internal const string OwnerFileName = "lock.pid";

    // Any other error (a full disk, a bad path) must not be told as somebody else's fault.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="DataFolderInUseException">Somebody else has it.</exception>
    public static DataFolderLock Acquire(string folder)
    {
        Directory.CreateDirectory(folder);
        var ownerPath = Path.Combine(folder, OwnerFileName);
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(folder, LockFileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new DataFolderInUseException(folder, ReadOwner(ownerPath), e);
        }

        try
        {
            File.WriteAllText(ownerPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // Only a courtesy for the next error message: a full disk must not keep the server from starting.
        }

        return new DataFolderLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string? ReadOwner(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 and < 20 } owner ? owner : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
