using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Rubato.Storage.ObjectStores.Local;

/// <summary>
/// Objects are files. Put: a temporary file in the same folder, fsync, rename, fsync of the folder; so an object is whole
/// or not there, also after a power cut. Deleting the last file of a folder deletes the folder.
/// </summary>
public sealed class LocalObjectStore : IObjectStore
{
    /// <summary>What a crash may leave behind; never listed.</summary>
    internal const string TemporaryExtension = ".rubato-tmp";

    private readonly string _root;
    private readonly Lock _creating = new();
    private long _temporaries;

    public LocalObjectStore(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root);
    }

    public string Backend => "local";

    public string TryGetLocalPath(string key) => PathOf(key);

    public async ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        using var handle = Open(key);
        var content = new byte[RandomAccess.GetLength(handle)];
        await FillAsync(handle, key, 0, content, cancellationToken);
        return content;
    }

    public async ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var handle = Open(key);
        await FillAsync(handle, key, offset, into, cancellationToken);
    }

    public ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default)
    {
        var file = new FileInfo(PathOf(key));
        return new(file.Exists ? new ObjectInfo(key, file.Length, file.LastWriteTimeUtc) : null);
    }

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var (path, temporary) = await WriteTemporaryAsync(key, (file, token) => file.WriteAsync(content, token), cancellationToken);
        Publish(temporary, path, replace: true);
    }

    public async ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default)
    {
        var (path, temporary) = await WriteTemporaryAsync(
            key, async (file, token) => await content.CopyToAsync(file, token), cancellationToken);
        Publish(temporary, path, replace: true);
    }

    public async ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        var target = PathOf(key);
        CreateFolder(Path.GetDirectoryName(target)!);
        using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            DurableFiles.Sync(handle, path);
        try
        {
            Publish(path, target, replace: true);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another file system: a rename cannot cross, a copy can.
            await using (var source = File.OpenRead(path))
                await PutAsync(key, source, cancellationToken);
            File.Delete(path);
        }
    }

    public async ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        if (File.Exists(PathOf(key)))
            return false;
        var (path, temporary) = await WriteTemporaryAsync(key, (file, token) => file.WriteAsync(content, token), cancellationToken);
        // The runtime's move without overwriting looks first and renames then, so two racers may both win. One process owns the folder
        // (DataFolderLock), so its own lock decides.
        lock (_creating)
        {
            if (!File.Exists(path))
            {
                Publish(temporary, path, replace: false);
                return true;
            }
        }

        File.Delete(temporary);
        return false;
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = new DirectoryInfo(FolderOf(prefix));
        if (!folder.Exists)
            yield break;
        // A folder that may not be listed is an error: left out without a word, its blocks would be missing from answers that call themselves whole.
        foreach (var file in folder.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!file.Name.EndsWith(TemporaryExtension, StringComparison.Ordinal) && Describe(file) is { } info)
                yield return info;
        }

        await ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = new DirectoryInfo(FolderOf(prefix));
        if (!folder.Exists)
            yield break;
        foreach (var child in folder.EnumerateDirectories())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return child.Name;
        }

        await ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        var path = PathOf(key);
        if (!File.Exists(path))
            return ValueTask.CompletedTask;

        File.Delete(path);
        var folder = Path.GetDirectoryName(path)!;
        DurableFiles.SyncFolder(folder);
        RemoveWhenEmpty(folder);
        return ValueTask.CompletedTask;
    }

    private string PathOf(string key)
    {
        ObjectKey.Check(key);
        if (key.EndsWith(TemporaryExtension, StringComparison.Ordinal))
            throw new ArgumentException($"'{key}' is not an object key: {TemporaryExtension} is the store's own", nameof(key));
        return Path.Combine(_root, key.Replace('/', Path.DirectorySeparatorChar));
    }

    private string FolderOf(string prefix)
    {
        ObjectKey.CheckPrefix(prefix);
        return Path.Combine(_root, prefix.Replace('/', Path.DirectorySeparatorChar));
    }

    private SafeFileHandle Open(string key)
    {
        try
        {
            return File.OpenHandle(PathOf(key), options: FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ObjectNotFoundException($"the local store {_root}", key, e);
        }
    }

    private static async ValueTask FillAsync(SafeFileHandle handle, string key, long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        while (into.Length > 0)
        {
            var read = await RandomAccess.ReadAsync(handle, into, offset, cancellationToken);
            if (read == 0)
                throw new EndOfStreamException($"the object {key} ends at {offset}, {into.Length} bytes before the end of the range");
            offset += read;
            into = into[read..];
        }
    }

    private async ValueTask<(string Path, string Temporary)> WriteTemporaryAsync(
        string key, Func<FileStream, CancellationToken, ValueTask> write, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        CreateFolder(Path.GetDirectoryName(path)!);
        // The process id keeps two processes on one store apart, the counter two puts.
        var temporary = $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref _temporaries)}{TemporaryExtension}";
        try
        {
            await using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await write(file, cancellationToken);
            DurableFiles.Sync(file.SafeFileHandle, temporary);
        }
        catch
        {
            // On a full disk the half that was written is the space that others wait for.
            File.Delete(temporary);
            throw;
        }

        return (path, temporary);
    }

    private static void Publish(string temporary, string path, bool replace)
    {
        File.Move(temporary, path, replace);
        DurableFiles.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Each new folder is an entry of its parent, and durable only when the parent is.</summary>
    private void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder)!;
        if (folder.Length > _root.Length)
            CreateFolder(parent);
        Directory.CreateDirectory(folder);
        DurableFiles.SyncFolder(parent);
    }

    private void RemoveWhenEmpty(string folder)
    {
        while (folder.Length > _root.Length)
        {
            try
            {
                // What a crash left of a put goes with the last object.
                foreach (var path in Directory.EnumerateFileSystemEntries(folder))
                {
                    if (!path.EndsWith(TemporaryExtension, StringComparison.Ordinal))
                        return;
                }

                Directory.Delete(folder, recursive: Directory.EnumerateFileSystemEntries(folder).Any());
            }
            catch (IOException)
            {
                // Somebody just put something into it.
                return;
            }

            folder = Path.GetDirectoryName(folder)!;
        }
    }

    private ObjectInfo? Describe(FileInfo file)
    {
        try
        {
            var key = Path.GetRelativePath(_root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            return new ObjectInfo(key, file.Length, file.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
