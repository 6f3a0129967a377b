using System.Runtime.InteropServices;

namespace Rubato.Storage;

/// <summary>What .NET has no call for: an fsync of a folder, without which a created, renamed or deleted name may come back after a power cut.</summary>
internal static class DurableFiles
{
    private const int OpenReadOnly = 0;

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
            if (Sync(descriptor) != 0)
                throw Failed("fsync", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of the folder {path} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})", error);
    }

#pragma warning disable SYSLIB1054, CA2101 // Source-generated imports need unsafe code in the whole project; these three calls do not deserve it.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
#pragma warning restore SYSLIB1054, CA2101
}
