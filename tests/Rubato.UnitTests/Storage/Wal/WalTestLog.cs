using System.Text;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

/// <summary>The log over a <see cref="MemoryWalFileSystem"/>, with texts for payloads.</summary>
internal static class WalTestLog
{
    public static WriteAheadLog Open(MemoryWalFileSystem disk, WalOptions? options = null, TimeProvider? time = null, int seed = 1) =>
        WriteAheadLog.Open(options ?? Options(), disk, time ?? TimeProvider.System, new Random(seed));

    public static WalOptions Options(WalEncoding encoding = WalEncoding.None) => new() { Path = "memory", Encoding = encoding };

    public static ValueTask<WalPosition> Append(this WriteAheadLog log, string text, TenantId? tenant = null) =>
        log.AppendAsync(tenant ?? TenantId.Single, Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    public static List<string> Texts(this WriteAheadLog log, out WalReplaySummary summary)
    {
        using var replay = log.Replay();
        var texts = new List<string>();
        while (replay.TryReadNext(out var record))
            texts.Add(Encoding.UTF8.GetString(record.Payload.Span));
        summary = replay.Summary;
        return texts;
    }

    public static async Task<(List<string> Texts, WalReplaySummary Summary)> Reopened(MemoryWalFileSystem disk)
    {
        await using var log = Open(disk);
        return (log.Texts(out var summary), summary);
    }
}
