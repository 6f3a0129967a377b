namespace Rubato.Storage.Wal;

/// <summary>The WAL's folder, flat. A seam: tests run the same log on a disk that fills up, tears writes and loses power.</summary>
internal interface IWalFileSystem
{
    IReadOnlyList<string> List();

    /// <summary>A new, empty file; fails when the name exists.</summary>
    IWalFile Create(string name);

    IWalFile Open(string name);

    void Delete(string name);

    void Copy(string from, string to);

    /// <summary>Makes creations and deletions durable; <see cref="IWalFile.Sync"/> does not cover the folder's entries.</summary>
    void SyncFolder();
}
