using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Rubato.Storage;

/// <summary>
/// An fsync whose failure shows, of files and of folders. .NET has none of a folder, without which a created, renamed or deleted name may come back after a power cut; and the
/// one of a file says nothing when it fails on Unix (<c>RandomAccess.FlushToDisk</c> of .NET 10.0: its native part answers 1 instead of -1): a span would be acknowledged that is not on disk.
/// </summary>
internal static class DurableFiles
{
    private const int OpenReadOnly = 0;
    private const int Interrupted = 4;

    /// <summary>EINVAL: what the file is on has no fsync, such as a pipe. A file system that was made read-only after an error is not such a case.</summary>
    private const int NotSupported = 22;

    // The C library that is loaded, and what a test has loaded before it.
    static DurableFiles() => NativeLibrary.SetDllImportResolver(
        typeof(DurableFiles).Assembly,
        static (name, _, _) => name == "libc" && !OperatingSystem.IsWindows() ? NativeLibrary.GetMainProgramHandle() : IntPtr.Zero);

    /// <exception cref="IOException">It is not on disk, and perhaps never will be: the kernel may have dropped what was written.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        // On macOS this asks the drive as well, which fsync does not.
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()) RandomAccess.FlushToDisk(file);
        if (OperatingSystem.IsWindows()) return;
        while (Sync(file) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;
                case NotSupported:
                    return;
                default:
                    throw Failed("fsync", path);
            }
        }
    }

    public static void SyncFolder(string path)
    {
        // Windows journals folder entries itself and has no such call.
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = Open(path, OpenReadOnly);
        if (descriptor < 0)
            throw Failed("open", path);
        try
        {
            while (Sync(descriptor) != 0)
            {
                if (Marshal.GetLastPInvokeError() != Interrupted)
                    throw Failed("fsync", path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})", error);
    }

#pragma warning disable SYSLIB1054, CA2101 // Source-generated imports need unsafe code in the whole project; these calls do not deserve it.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
#pragma warning restore SYSLIB1054, CA2101
}
