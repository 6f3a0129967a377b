using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Rubato.Storage.Wal;

/// <summary>
/// Rubato's own folder below <c>storage.trace.wal.path</c>: a Tempo that used the path before, or still does, keeps its log there and takes every name for its own.
/// Earlier versions of Rubato wrote straight into the path; what they left is moved here before the log is opened.
/// </summary>
public static partial class WalHome
{
    private const string FolderName = "rubato";

    /// <summary>The folder to open the log in; made when missing.</summary>
    /// <exception cref="DataFolderInUseException">An earlier version has the path open.</exception>
    /// <exception cref="InvalidDataException">Both places have a log, and they are two different ones.</exception>
    public static string Prepare(string walPath, ILogger logger)
    {
        var home = Path.Combine(walPath, FolderName);
        Directory.CreateDirectory(home);
        if (OurFiles(walPath).Count > 0)
            MoveFrom(walPath, home, logger);
        var tempos = Directory.EnumerateFileSystemEntries(walPath).Count(path => TempoName().IsMatch(Path.GetFileName(path)));
        WalMetrics.ForeignEntries.Set(tempos);
        if (tempos > 0)
            LogTempo(logger, walPath, tempos);
        return home;
    }

    // A crash in between leaves some files here and some there; the next start goes on. Nothing is written to the log before all are here.
    private static void MoveFrom(string walPath, string home, ILogger logger)
    {
        using (DataFolderLock.Acquire(walPath))
        {
            var (there, here) = (IdOf(walPath), IdOf(home));
            if (there is not null && here is not null && there != here && Segments(walPath).Any())
            {
                throw new InvalidDataException(
                    $"{walPath} holds the WAL {there}, {home} the WAL {here}: an earlier version ran in between. Move the files *.wal and wal.id of {walPath} to a folder of their own, "
                    + "start a server with storage.trace.wal.path on it until it has replayed them, and stop it");
            }

            var files = OurFiles(walPath);
            foreach (var name in files)
            {
                var target = Path.Combine(home, name);
                if (name == WalFolder.IdFileName && File.Exists(target))
                    File.Delete(Path.Combine(walPath, name));
                else
                    File.Move(Path.Combine(walPath, name), target, overwrite: false);
            }

            DurableFiles.SyncFolder(home);
            DurableFiles.SyncFolder(walPath);
            LogMoved(logger, walPath, home, files.Count);
        }

        // Blocks that a crash left half written; the log still has their spans.
        var cut = Path.Combine(walPath, "cut");
        if (Directory.Exists(cut) && Directory.EnumerateFileSystemEntries(cut).All(path => path.EndsWith(".data", StringComparison.Ordinal)))
            Directory.Delete(cut, recursive: true);
        File.Delete(Path.Combine(walPath, DataFolderLock.OwnerFileName));
        File.Delete(Path.Combine(walPath, DataFolderLock.LockFileName));
    }

    /// <summary>The id last: while it is there, the next start knows that something is left to move.</summary>
    private static List<string> OurFiles(string folder) => [.. Segments(folder), .. Named(folder, WalFolder.IdFileName)];

    private static IEnumerable<string> Segments(string folder) => Directory.EnumerateFiles(folder)
        .Select(path => Path.GetFileName(path))
        .Where(name => WalSegment.TryParseName(Undamaged(name), out _));

    private static string Undamaged(string name) =>
        name.EndsWith(WalReplay.DamagedExtension, StringComparison.Ordinal) ? name[..^WalReplay.DamagedExtension.Length] : name;

    private static IEnumerable<string> Named(string folder, string name) => File.Exists(Path.Combine(folder, name)) ? [name] : [];

    private static string? IdOf(string folder)
    {
        var path = Path.Combine(folder, WalFolder.IdFileName);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    // "block+tenant+version" is a folder; "block:tenant:version:encoding:" a file of Tempo's oldest format; "blocks" holds what it has completed.
    [GeneratedRegex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[+:]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TempoName();

    [LoggerMessage(15, LogLevel.Information, "the WAL of an earlier version is moved to its own folder from={From} to={To} files={Files}")]
    private static partial void LogMoved(ILogger logger, string from, string to, int files);

    [LoggerMessage(16, LogLevel.Warning, "a Tempo's WAL lies in the WAL path: it is left alone and not read; stop that Tempo with its data flushed path={Path} entries={Entries}")]
    private static partial void LogTempo(ILogger logger, string path, int entries);
}
