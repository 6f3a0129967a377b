using Xunit;
using CsCheck;
using Rubato.Ingest.Generator;

namespace Rubato.UnitTests.Ingest.Generator;

public sealed class RemoteWriteLogTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "rubato-log-" + Guid.NewGuid().ToString("n"));
    private readonly List<(string Endpoint, int Samples)> _dropped = [];

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_no_endpoint_has_is_there_after_a_restart_and_goes_when_all_have_it()
    {
        Open().Append(1000, [new SampleBatch([1, 2, 3], 7)]);
        var log = Open();
        Assert.Equal((7, 1), log.Pending("a"));
        var next = log.Next("a", out _)!.Value;
        var (time, batches) = log.Read(next);
        Assert.Equal(1000, time);
        Assert.Equal([1, 2, 3], Assert.Single(batches).Body);

        log.MarkSent("a", next);
        Assert.Null(log.Next("a", out _));
        Assert.Equal((7, 1), log.Pending("b"));
        log.MarkSent("b", next);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.samples"));

        // Numbers go on after a restart, and the time of the last collection is known.
        var again = Open();
        Assert.Equal(1000, again.LastMs);
        again.Append(2000, [new SampleBatch([4], 1)]);
        Assert.True(again.Next("a", out _)!.Value > next);
    }

    [Fact]
    public void A_full_log_drops_the_oldest_and_says_for_whom()
    {
        var log = Open(maxBytes: 250);
        log.Append(1, [new SampleBatch(new byte[100], 5)]);
        log.MarkSent("a", 1);
        log.Append(2, [new SampleBatch(new byte[100], 6)]);
        log.Append(3, [new SampleBatch(new byte[100], 7)]);
        Assert.Equal([("b", 5)], _dropped);
        Assert.Equal((13, 2), log.Pending("b"));
    }

    [Fact]
    public void An_endpoint_gets_the_same_from_memory_and_from_the_disk()
    {
        var log = Open();
        SampleBatch[] batches = [new([1, 2, 3], 1), new([], 0), new([4, 5], 2)];
        log.Append(9, batches);
        var number = log.Next("a", out _)!.Value;
        foreach (var source in (RemoteWriteLog[])[log, Open()])
        {
            var (time, read) = source.Read(number);
            Assert.Equal(9, time);
            Assert.Equal(batches.Select(b => (Convert.ToHexString(b.Body), b.Samples)), read.Select(b => (Convert.ToHexString(b.Body), b.Samples)));
        }

        // An endpoint that is behind reads the one before the newest.
        log.Append(10, [new SampleBatch([6], 3)]);
        Assert.Equal([1, 2, 3], log.Read(number).Batches[0].Body);
        Assert.Equal([6], log.Read(number + 1).Batches[0].Body);
    }

    [Fact]
    public void A_damaged_body_ends_the_file_there()
    {
        var log = Open();
        log.Append(9, [new SampleBatch([1, 2, 3], 1), new SampleBatch([4, 5, 6], 2)]);
        var content = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder, "*.samples")));
        content[^1] ^= 1;
        Assert.Equal([1, 2, 3], Assert.Single(RemoteWriteLog.Parse(content).Batches).Body);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_error() => Gen.Byte.Array[0, 200].Sample(bytes => RemoteWriteLog.Parse(bytes).Batches.Count >= 0);

    private RemoteWriteLog Open(long maxBytes = 1 << 20) => new(_folder, maxBytes, ["a", "b"], (endpoint, samples) => _dropped.Add((endpoint, samples)));
}
