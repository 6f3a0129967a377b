using System.Globalization;
using System.Text;
using Rubato.Model.Otlp;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;
using Rubato.Testing;
using Rubato.UnitTests.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Golden;

/// <summary>Logs that earlier versions wrote are read for ever, record by record.</summary>
public sealed class GoldenWalTests
{
    private const string RecordsFile = "records.txt";

    private static readonly string V1 = GoldenFiles.Folder("wal", "v1");

    [Fact]
    public async Task Version_1_is_read_record_by_record()
    {
        if (GoldenFiles.RecordingAsked) await RecordAsync();
        // A copy in memory: replay cuts torn tails off, and these files stay as they are.
        var disk = new MemoryWalFileSystem();
        foreach (var path in Directory.EnumerateFiles(V1).Where(path => Path.GetFileName(path) != RecordsFile))
            disk[Path.GetFileName(path)] = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(5, disk.Segments.Count);

        await using var log = WalTestLog.Open(disk);
        using var replay = log.Replay();
        var lines = new List<string>();
        while (replay.TryReadNext(out var record)) lines.Add(Line(record.Sequence, record.Tenant, record.Payload.Span));

        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(V1, RecordsFile), TestContext.Current.CancellationToken), lines);
        Assert.Equal((0, 0), (replay.Summary.Damages, replay.Summary.TornTails));
    }

    private static async Task RecordAsync()
    {
        var disk = new MemoryWalFileSystem();
        var random = new Random(20261122);
        var lines = new List<string>();
        foreach (var encoding in Enum.GetValues<WalEncoding>())
        {
            await using var log = WalTestLog.Open(disk, WalTestLog.Options(encoding));
            byte[][] payloads =
            [
                [], Encoding.UTF8.GetBytes("plain text of " + encoding), new byte[3000], OtlpWriter.Write(new RandomSpans(random).Next(3)), LoadShapeRequests.Make(1, 4, 1)[0],
            ];
            foreach (var (i, payload) in payloads.Index())
            {
                var tenant = i % 2 == 0 ? TenantId.Single : TenantId.Parse($"team-{i}_(a).b'c!*");
                var position = await log.AppendAsync(tenant, payload, TestContext.Current.CancellationToken);
                lines.Add(Line(position.Sequence, tenant, payload));
            }
        }

        Directory.CreateDirectory(V1);
        foreach (var name in disk.List()) await File.WriteAllBytesAsync(Path.Combine(V1, name), disk[name], TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(Path.Combine(V1, RecordsFile), lines, TestContext.Current.CancellationToken);
    }

    private static string Line(long sequence, TenantId tenant, ReadOnlySpan<byte> payload) =>
        string.Create(CultureInfo.InvariantCulture, $"{sequence} {tenant.Value} {Convert.ToHexStringLower(payload)}");
}
