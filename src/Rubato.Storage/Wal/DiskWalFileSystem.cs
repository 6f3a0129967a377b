namespace Rubato.Storage.Wal;

internal sealed class DiskWalFileSystem(string folder) : IWalFileSystem
{
    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];

    public IWalFile Create(string name) => new DiskWalFile(Full(name), FileMode.CreateNew);

    public IWalFile Open(string name) => new DiskWalFile(Full(name), FileMode.Open);

    public void Delete(string name) => File.Delete(Full(name));

    public void Copy(string from, string to) => File.Copy(Full(from), Full(to), overwrite: false);

    public void SyncFolder() => DurableFiles.SyncFolder(folder);

    private string Full(string name) => Path.Combine(folder, name);
}
