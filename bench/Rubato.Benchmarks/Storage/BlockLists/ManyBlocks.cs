using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores.Local;
using Rubato.Storage.Wal;

namespace Rubato.Benchmarks.Storage.BlockLists;

/// <summary>
/// What a tenant of many blocks costs: <c>Benchmarks many-blocks [blocks]</c>. Blocks are folders with a real rubato.json and objects of one byte, on local disk. Prints bytes of
/// memory for each block, and times of a first poll without and with a tenant index, of later ones, and of each operation of the list.
/// </summary>
internal static class ManyBlocks
{
    private static readonly TenantId Tenant = TenantId.Single;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(int blocks)
    {
        var folder = Directory.CreateTempSubdirectory("rubato-many-blocks").FullName;
        try
        {
            var store = new LocalObjectStore(folder);
            // Straight to the disk: the store would sync each.
            foreach (var i in Enumerable.Range(0, blocks))
            {
                var meta = Meta(i);
                var path = Directory.CreateDirectory(Path.Combine(folder, Tenant.Value, meta.BlockId.ToString())).FullName;
                await File.WriteAllBytesAsync(Path.Combine(path, BlockKeys.Data), [1]);
                await File.WriteAllBytesAsync(Path.Combine(path, BlockKeys.Index), [1]);
                await File.WriteAllBytesAsync(Path.Combine(path, BlockKeys.Meta), meta.ToJson());
            }

            // Everything compiled before anything is measured.
            await PollAsync(store, new BlockList(), useIndex: false);
            await PollAsync(store, new BlockList(), useIndex: true);

            var cold = await TimedAsync(() => PollAsync(store, new BlockList(), useIndex: false));
            var list = new BlockList();
            var indexed = await TimedAsync(() => PollAsync(store, list, useIndex: true));
            var again = await TimedAsync(() => PollAsync(store, list, useIndex: true));
            Print($"blocks {list.Blocks(Tenant).Length}, in memory {await BytesAsync(store) / blocks:F0} bytes a block");
            Print($"poll from nothing {cold:F0} ms, with the tenant index {indexed:F0} ms, with known blocks {again:F0} ms");
            Print($"tenant index {new FileInfo(Path.Combine(folder, Tenant.Value, TenantIndex.FileName)).Length / (double)blocks:F0} bytes a block");
            Operations(list, blocks);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Operations(BlockList list, int blocks)
    {
        const int times = 100;
        var added = Enumerable.Range(0, times).Select(i => Meta(blocks + i)).ToList();
        var middle = Nano(Begin.AddMinutes(blocks / 2));
        var hour = new TimeRange(middle, middle + (ulong)TimeSpan.FromHours(1).TotalNanoseconds);
        for (var round = 0; round < 3; round++)
        {
            var add = Micros(i => list.Add(added[i]));
            var found = 0;
            var filter = Micros(_ => found = list.Blocks(Tenant, hour).Length);
            var plain = Micros(_ => found = list.Blocks(Tenant).Count(block => Nano(block.StartTime) <= hour.EndUnixNano && Nano(block.EndTime) >= hour.StartUnixNano));
            var remove = Micros(i => list.Remove(Tenant, added[i].BlockId));
            if (round == 2)
                Print($"add {add:F0} us, remove {remove:F0} us, blocks of one hour ({found}) {filter:F1} us, by looking at each {plain:F1} us");
        }

        double Micros(Action<int> operation)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++)
                operation(i);
            return Stopwatch.GetElapsedTime(started).TotalMicroseconds / times;
        }
    }

    /// <summary>Of a list, as the mean of four more of them: what the polls before have left cancels out.</summary>
    private static async Task<double> BytesAsync(LocalObjectStore store)
    {
        const int more = 4;
        var lists = new List<BlockList>();
        var before = 0L;
        for (var i = 0; i <= more; i++)
        {
            lists.Add(new BlockList());
            await PollAsync(store, lists[i], useIndex: true);
            if (i == 0)
                before = GC.GetTotalMemory(forceFullCollection: true);
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)more;
        GC.KeepAlive(lists);
        return bytes;
    }

    private static async Task PollAsync(LocalObjectStore store, BlockList list, bool useIndex) => await new BlockListPoller(
        store, list, new BlockListPollerOptions { UseTenantIndex = useIndex }, TimeProvider.System, NullLogger<BlockListPoller>.Instance).PollAsync(CancellationToken.None);

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>One a minute, of five minutes each.</summary>
    private static BlockMeta Meta(int number) => new()
    {
        BlockId = BlockId.New(new FixedTime(Begin.AddMinutes(number)), new Random(number)),
        TenantId = Tenant,
        StartTime = Begin.AddMinutes(number),
        EndTime = Begin.AddMinutes(number + 5),
        TotalObjects = 100_000 + number,
        Size = 1,
        TotalRecords = 4,
        FooterSize = 1,
        TotalSpans = 1_150_000 + number,
        MinTraceStartUnixNano = (long)Nano(Begin.AddMinutes(number)),
        MaxTraceStartUnixNano = (long)Nano(Begin.AddMinutes(number + 4)),
        IndexSize = 1,
        IndexChecksum = number.ToString("x16", CultureInfo.InvariantCulture),
        WalId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        WalRecords = [new WalRecordRange(1_000_000_000L + (number * 2300L), 1_000_000_000L + (number * 2300L) + 2299)],
    };

    private static ulong Nano(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
