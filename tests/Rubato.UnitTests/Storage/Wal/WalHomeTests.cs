using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

/// <summary>Rubato's log lies in a folder of its own; what an earlier version left beside it comes along, what a Tempo left stays.</summary>
public sealed class WalHomeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger<WriteAheadLog> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_at_the_old_place_is_moved_and_replayed_with_its_numbers()
    {
        var position = await AppendAsync(_folder.Path, "acknowledged");
        await File.WriteAllTextAsync(_folder.File("00000000000000000001.wal.damaged"), "to be looked at", Token);
        Directory.CreateDirectory(_folder.File("cut"));
        await File.WriteAllTextAsync(_folder.File("cut/x.data"), "half a block", Token);

        var home = WalHome.Prepare(_folder.Path, _log);

        Assert.Equal(_folder.File("rubato"), home);
        Assert.Equal([home], Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal([(position, "acknowledged")], await ReplayAsync(home));
        Assert.True(File.Exists(Path.Combine(home, "00000000000000000001.wal.damaged")));
    }

    [Fact]
    public async Task A_move_that_broke_off_goes_on()
    {
        var first = await AppendAsync(_folder.Path, "one");
        var second = await AppendAsync(_folder.Path, "two");
        Directory.CreateDirectory(_folder.File("rubato"));
        var segment = Directory.EnumerateFiles(_folder.Path, "*.wal").Order(StringComparer.Ordinal).First();
        File.Move(segment, Path.Combine(_folder.File("rubato"), Path.GetFileName(segment)));

        Assert.Equal([(first, "one"), (second, "two")], await ReplayAsync(WalHome.Prepare(_folder.Path, _log)));
    }

    [Fact]
    public async Task A_second_start_moves_nothing()
    {
        await AppendAsync(WalHome.Prepare(_folder.Path, _log), "one");
        Assert.Single(await ReplayAsync(WalHome.Prepare(_folder.Path, _log)));
        Assert.Empty(_log.Records);
    }

    [Fact]
    public async Task Two_different_logs_are_not_mixed()
    {
        await AppendAsync(WalHome.Prepare(_folder.Path, _log), "new");
        await AppendAsync(_folder.Path, "of an earlier version that ran in between");

        var e = Assert.Throws<InvalidDataException>(() => WalHome.Prepare(_folder.Path, _log));

        Assert.Contains("Move the files *.wal and wal.id", e.Message, StringComparison.Ordinal);
        Assert.Single(await ReplayAsync(_folder.File("rubato")));
        Assert.Single(await ReplayAsync(_folder.Path));
    }

    [Fact]
    public async Task An_earlier_version_that_still_runs_is_not_robbed()
    {
        await using var running = Open(_folder.Path);
        Assert.Throws<DataFolderInUseException>(() => WalHome.Prepare(_folder.Path, _log));
        Assert.True(File.Exists(_folder.File("wal.id")));
    }

    [Fact]
    public void A_Tempos_log_is_named_and_left_alone()
    {
        var block = _folder.File("6f1e9c1e-4f0b-4b7e-9c39-1f7f8f2f5a11+single-tenant+vParquet4");
        Directory.CreateDirectory(block);
        File.WriteAllText(Path.Combine(block, "meta.json"), "{}");
        Directory.CreateDirectory(_folder.File("blocks"));
        File.WriteAllText(_folder.File("lock"), "somebody's");

        WalHome.Prepare(_folder.Path, _log);

        var (level, message) = Assert.Single(_log.Records);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("a Tempo's WAL", message, StringComparison.Ordinal);
        Assert.Contains("entries=1", message, StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(Path.Combine(block, "meta.json")));
        Assert.Equal("somebody's", File.ReadAllText(_folder.File("lock")));
    }

    private static WriteAheadLog Open(string path) => WriteAheadLog.Open(new WalOptions { Path = path }, new FakeTimeProvider(), new Random(1 + path.Length));

    private static async Task<long> AppendAsync(string path, string text)
    {
        await using var log = Open(path);
        using (var replay = log.Replay())
        {
            while (replay.TryReadNext(out _))
            {
            }
        }

        return (await log.AppendAsync(TenantId.Single, Encoding.UTF8.GetBytes(text), Token)).Sequence;
    }

    private static async Task<List<(long Sequence, string Text)>> ReplayAsync(string path)
    {
        await using var log = Open(path);
        using var replay = log.Replay();
        var records = new List<(long, string)>();
        while (replay.TryReadNext(out var record))
            records.Add((record.Sequence, Encoding.UTF8.GetString(record.Payload.Span)));
        return records;
    }
}
