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
        var (time, batches) = RemoteWriteLog.Read(next.Path);
        Assert.Equal(1000, time);
        Assert.Equal([1, 2, 3], Assert.Single(batches).Body);

        log.MarkSent("a", next.Number);
        Assert.Null(log.Next("a", out _));
        Assert.Equal((7, 1), log.Pending("b"));
        log.MarkSent("b", next.Number);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.samples"));

        // Numbers go on after a restart, and the time of the last collection is known.
        var again = Open();
        Assert.Equal(1000, again.LastMs);
        again.Append(2000, [new SampleBatch([4], 1)]);
        Assert.True(again.Next("a", out _)!.Value.Number > next.Number);
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
    public void A_damaged_body_ends_the_file_there()
    {
        var log = Open();
        log.Append(9, [new SampleBatch([1, 2, 3], 1), new SampleBatch([4, 5, 6], 2)]);
        var content = File.ReadAllBytes(log.Next("a", out _)!.Value.Path);
        content[^1] ^= 1;
        Assert.Equal([1, 2, 3], Assert.Single(RemoteWriteLog.Parse(content).Batches).Body);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_error() => Gen.Byte.Array[0, 200].Sample(bytes => RemoteWriteLog.Parse(bytes).Batches.Count >= 0);

    private RemoteWriteLog Open(long maxBytes = 1 << 20) => new(_folder, maxBytes, ["a", "b"], (endpoint, samples) => _dropped.Add((endpoint, samples)));
}
