using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-lock").FullName;

    [Fact]
    public void Acquire_Held_NamesFolderAndOwner()
    {
        using var first = DataFolderLock.Acquire(_folder);
        var failure = Assert.Throws<DataFolderInUseException>(() => DataFolderLock.Acquire(_folder));
        Assert.Contains(_folder, failure.Message);
        Assert.Contains($"pid {Environment.ProcessId}", failure.Message);
    }

    [Fact]
    public void Acquire_AfterRelease_Succeeds()
    {
        DataFolderLock.Acquire(_folder).Dispose();
        DataFolderLock.Acquire(_folder).Dispose();
    }

    [Fact]
    public async Task The_log_on_a_real_disk_locks_appends_and_replays()
    {
        var options = new WalOptions { Path = Path.Combine(_folder, "wal") };
        await using (var log = WriteAheadLog.Open(options, TimeProvider.System, new Random(1)))
        {
            Assert.Throws<DataFolderInUseException>(() => WriteAheadLog.Open(options, TimeProvider.System, new Random(1)));
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => log.Append("record " + i).AsTask()));
            await log.RotateAsync();
            await log.Append("last");
        }

        await using var reopened = WriteAheadLog.Open(options, TimeProvider.System, new Random(1));
        var texts = reopened.Texts(out var summary);
        Assert.Equal(2001, texts.Distinct().Count());
        Assert.Equal(2001, summary.Records);
        await reopened.TrimBeforeAsync(long.MaxValue);
        await reopened.Append("x");
        await reopened.TrimBeforeAsync(long.MaxValue);
        Assert.Single(Directory.GetFiles(options.Path, "*.wal"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
