using Rubato.Ingest.Ingester;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.Storage.Wal;

namespace Rubato.SimulationTests;

/// <summary>What differs from seed to seed beside the steps: sizes are small, so that everything that is rare in a server happens often.</summary>
internal sealed record SimulationOptions
{
    public static TenantId[] TenantNames { get; } = [TenantId.Parse("team-a"), TenantId.Parse("team-b"), TenantId.Parse("for-ever")];

    public required WalOptions Wal { get; init; }

    public required IngesterOptions Ingester { get; init; }

    public required BlockWriterOptions Blocks { get; init; }

    /// <summary>Merges as soon as two blocks lie in a window, and never rests: a rest is virtual time that nobody lets pass.</summary>
    public required CompactionOptions Compaction { get; init; }

    /// <summary>Small caches read from the store again and again, and meet its faults.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Of a hundred calls to the store, during how many something else goes on.</summary>
    public required int MeanwhilePercent { get; init; }

    public required IReadOnlyDictionary<TenantId, TimeSpan> Retention { get; init; }

    public TimeSpan CompactedBlockRetention { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Without fsync a kill loses nothing, but a power cut may.</summary>
    public bool CanSurvivePowerCut => Wal.Sync.IsAlways;

    public static SimulationOptions Of(Random random) => new()
    {
        Wal = new WalOptions
        {
            Path = "simulated",
            Sync = random.Next(6) == 0 ? WalSyncMode.Never : WalSyncMode.Always,
            Encoding = (WalEncoding)random.Next(3),
            SegmentBytes = random.Next(3) switch { 0 => 2_000, 1 => 10_000, _ => 100_000 },
        },
        Ingester = new IngesterOptions
        {
            TraceIdlePeriod = TimeSpan.FromSeconds(10),
            MaxBlockDuration = TimeSpan.FromMinutes(random.Next(1, 10)),
            MaxBlockBytes = random.Next(5_000, 60_000),
            MaxBatchSpans = random.Next(2) == 0 ? 32 : 1024,
            MaxCarriedShare = random.Next(2) == 0 ? 0.25 : 0.9,
        },
        Blocks = new BlockWriterOptions { RowGroupSpans = random.Next(2) == 0 ? 40 : 100_000, MaxAttributeColumns = random.Next(2) == 0 ? 20 : 512 },
        Compaction = new CompactionOptions
        {
            Window = TimeSpan.FromMinutes(random.Next(30, 1500)), MinInputs = random.Next(4) == 0 ? 3 : 2, MaxInputs = random.Next(3, 8), CpuShare = 1, ScratchFolder = "",
        },
        CacheBytes = random.Next(2) == 0 ? 2 << 20 : 64 << 20,
        MeanwhilePercent = random.Next(3) switch { 0 => 0, 1 => 5, _ => 25 },
        Retention = new Dictionary<TenantId, TimeSpan>
        {
            [TenantNames[0]] = TimeSpan.FromHours(1),
            [TenantNames[1]] = TimeSpan.FromHours(random.Next(2, 48)),
            [TenantNames[2]] = TimeSpan.Zero,
        },
    };
}
