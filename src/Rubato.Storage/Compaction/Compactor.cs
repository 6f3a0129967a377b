using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Compaction;

/// <summary>
/// Does what <see cref="CompactionPlanner"/> decides. One merge at a time:
/// <code>
/// 1 claim the inputs          nobody else merges them (CompactionClaims)
/// 2 merge into a local file   bounded memory, a share of one core
/// 3 put data, index, held.bin
/// 4 create rubato.json        THE COMMIT: it names its inputs, so from here on they are left out wherever they are seen
/// 5 show it in the list       output in, inputs out, in one step
/// 6 mark the inputs           rubato.json becomes rubato.compacted.json; the objects go an hour later
/// </code>
/// A crash before 4 leaves the inputs live, after it the output; 6 is made up for by <see cref="FinishAsync"/>. No input is merged again before its own inputs are marked.
/// </summary>
/// <param name="store">The object store.</param>
/// <param name="list">The blocks.</param>
/// <param name="sweeper">Marks inputs.</param>
/// <param name="settings">Per tenant.</param>
/// <param name="options">Limits.</param>
/// <param name="writer">How blocks are cut.</param>
/// <param name="walId">The process: two never share one.</param>
/// <param name="lowestKept">The first record that the process's WAL may still have.</param>
/// <param name="time">The clock.</param>
/// <param name="random">For block ids; used by one thread.</param>
/// <param name="logger">The log.</param>
public sealed partial class Compactor(
    IObjectStore store, BlockList list, RetentionSweeper sweeper, Func<TenantId, TenantCompaction> settings, CompactionOptions options, BlockWriterOptions writer,
    Guid walId, Func<long> lowestKept, TimeProvider time, Random random, ILogger<Compactor>? logger = null)
{
    // 2^7 cycles of 30 s are an hour.
    private const int MaxFailures = 7;
    private const int MaxFailingBlocks = 10_000;

    /// <summary>
    /// A merge that takes longer is thrown away: the tombstone of one that others gave up goes after <see cref="RetentionSweeper.GivenUpRetention"/>, and a commit after that
    /// would stand without the objects that went with it. A process that was suspended in the middle is what this is for.
    /// </summary>
    private static readonly TimeSpan MaxMergeTime = RetentionSweeper.GivenUpRetention / 2;

    private readonly ILogger _logger = logger ?? NullLogger<Compactor>.Instance;
    private readonly CompactionClaims _claims = new(store, walId, options.ClaimTimeout, time);
    private readonly WorkPacer _pacer = new(options.CpuShare, time);

    // Inputs of merges that failed for a reason that will not go away: until the process ends. Ids only, and few.
    private readonly HashSet<BlockId> _setAside = [];

    // Inputs that another process merges or that could not be read twice, and until when not to ask again.
    private readonly Dictionary<BlockId, DateTimeOffset> _busy = [];

    // How often in a row the merge of a block failed for a reason that may pass. Forgotten when merged, or when there are too many.
    private readonly Dictionary<BlockId, int> _failures = [];
    private TenantId? _last;

    /// <summary>Looks for work every cycle until cancelled. Errors are logged and counted, never thrown.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Cycle, time);
        ClearScratch();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) await RunCycleAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>One merge of the next tenant that has something to merge.</summary>
    /// <returns>False: nobody has, or what there was failed.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in InTurn())
        {
            _last = tenant;
            if (await TryTenantAsync(tenant, cancellationToken)) return true;
        }

        return false;
    }

    /// <summary>Marks inputs that a committed merge left unmarked: after a crash or an error between its steps.</summary>
    public async Task FinishAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        foreach (var block in list.Replaced(tenant))
        {
            await sweeper.MarkCompactedAsync(block, cancellationToken);
            FaultPoints.Reach(FaultPoints.CompactionInputMarked);
        }
    }

    private async Task RunCycleAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in InTurn())
        {
            _last = tenant;
            var started = time.GetTimestamp();
            while (await TryTenantAsync(tenant, cancellationToken) && time.GetElapsedTime(started) < options.MaxTimePerTenant)
            {
            }

            CompactionMetrics.Outstanding.WithLabels(tenant.Value).Set(
                CompactionPlanner.CountOutstanding(Candidates(tenant), WindowOf(tenant), options, time.GetUtcNow()));
        }
    }

    /// <summary>Tenants by name, beginning after the one that was served last.</summary>
    private List<TenantId> InTurn()
    {
        var tenants = list.Tenants.OrderBy(tenant => tenant.Value, StringComparer.Ordinal).ToList();
        var after = _last is { } last ? tenants.FindIndex(tenant => string.CompareOrdinal(tenant.Value, last.Value) > 0) : 0;
        return after <= 0 ? tenants : [.. tenants[after..], .. tenants[..after]];
    }

    private TimeSpan WindowOf(TenantId tenant) => settings(tenant).Window is { Ticks: > 0 } own ? own : options.Window;

    private IEnumerable<BlockMeta> Candidates(TenantId tenant)
    {
        var now = time.GetUtcNow();
        foreach (var (block, until) in _busy.ToList())
        {
            if (until <= now) _busy.Remove(block);
        }

        var unmarked = list.Replaced(tenant).Select(block => block.BlockId).ToHashSet();
        return list.Blocks(tenant).Where(
            block => !_setAside.Contains(block.BlockId) && !_busy.ContainsKey(block.BlockId) && !block.CompactedFrom.Any(unmarked.Contains));
    }

    private async Task<bool> TryTenantAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (settings(tenant).IsDisabled) return false;
        CompactionJob? job = null;
        try
        {
            await FinishAsync(tenant, cancellationToken);
            job = CompactionPlanner.Next(Candidates(tenant), WindowOf(tenant), options, time.GetUtcNow());
            return job is not null && await RunAsync(tenant, job, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            CompactionMetrics.Errors.Inc();
            switch (e)
            {
                case SegmentDamagedException damaged when job?.Inputs.FirstOrDefault(b => damaged.Segment.Contains(b.BlockId.ToString(), StringComparison.Ordinal)) is { } block:
                    // As a query that meets the damage does: named, left out, kept for a person to look at.
                    list.Quarantine(tenant, block.BlockId, damaged.Message);
                    break;
                case IOException or UnauthorizedAccessException:
                    PutOff(job);
                    break;
                default:
                    foreach (var input in job?.Inputs ?? []) _setAside.Add(input.BlockId);
                    break;
            }

            Log.Failed(_logger, e, tenant.Value, job is null ? "" : string.Join(' ', job.Inputs.Select(b => b.BlockId)));
            return false;
        }
    }

    /// <summary>A block that cannot be read for long must not keep the others waiting: from the second failure on its merge waits, longer each time, up to about an hour.</summary>
    private void PutOff(CompactionJob? job)
    {
        if (_failures.Count > MaxFailingBlocks) _failures.Clear();
        foreach (var input in job?.Inputs ?? [])
        {
            var failures = _failures[input.BlockId] = Math.Min(_failures.GetValueOrDefault(input.BlockId) + 1, MaxFailures);
            if (failures > 1) _busy[input.BlockId] = time.GetUtcNow() + (options.Cycle * (1 << failures));
        }
    }

    private async Task<bool> RunAsync(TenantId tenant, CompactionJob job, CancellationToken cancellationToken)
    {
        var (started, startedAt) = (time.GetTimestamp(), time.GetUtcNow());
        if (!await CheckAsync(job, cancellationToken)) return false;
        var held = await HeldAsync(job, cancellationToken);
        if (held is null) return false;
        var id = NewId(job);
        BlockMeta? output = null;
        try
        {
            if (!await ClaimAsync(tenant, job, id, cancellationToken)) return false;
            FaultPoints.Reach(FaultPoints.CompactionClaimed);
            var written = await WriteAsync(tenant, job, id, held, cancellationToken);
            FaultPoints.Reach(FaultPoints.CompactionWritten);
            if (time.GetUtcNow() - startedAt > MaxMergeTime) throw new IOException($"the merge took {time.GetUtcNow() - startedAt}, longer than the {MaxMergeTime} after which others may have given it up");
            output = written;
            // Not cancelled from here on: the answer to the commit must be known.
            if (!await _claims.TryCommitAsync(output, CancellationToken.None))
            {
                Log.TakenOver(_logger, tenant.Value, id);
                return false;
            }
        }
        catch (Exception) when (output is null)
        {
            await GiveUpAsync(tenant, id);
            throw;
        }
        catch (IOException) when (output is not null)
        {
            // Committed or not? Whoever creates the description first has decided it.
            if (await _claims.TryGiveUpAsync(tenant, id, CancellationToken.None)) throw;
        }

        FaultPoints.Reach(FaultPoints.CompactionCommitted);
        foreach (var input in job.Inputs) _failures.Remove(input.BlockId);
        list.Add(output);
        Count(job, output, started);
        FaultPoints.Reach(FaultPoints.CompactionPublished);
        await FinishAsync(tenant, CancellationToken.None);
        FaultPoints.Reach(FaultPoints.CompactionMarked);
        return true;
    }

    /// <summary>Whether the inputs are still there, and all that they were merged from is marked; the list may be behind the store.</summary>
    private async Task<bool> CheckAsync(CompactionJob job, CancellationToken cancellationToken)
    {
        foreach (var input in job.Inputs)
        {
            if (await store.HeadAsync(BlockKeys.Of(input.TenantId, input.BlockId, BlockKeys.Meta), cancellationToken) is null)
            {
                // Ended by another process. It stays in the list until a poll brings what took its place: its objects are there for an hour.
                _busy[input.BlockId] = time.GetUtcNow() + options.Cycle;
                return false;
            }

            foreach (var origin in input.CompactedFrom)
            {
                try
                {
                    var json = await store.GetAsync(BlockKeys.Of(input.TenantId, origin, BlockKeys.Meta), cancellationToken);
                    if (BlockMeta.TryParse(json, out var meta, out _)) await sweeper.MarkCompactedAsync(meta, cancellationToken);
                }
                catch (ObjectNotFoundException)
                {
                    // Marked, or gone already.
                }
            }
        }

        return true;
    }

    /// <summary>WAL records that the output must name so that replay passes over them. Null: too many; once the WAL was trimmed there will be fewer.</summary>
    private async Task<List<HeldRecords>?> HeldAsync(CompactionJob job, CancellationToken cancellationToken)
    {
        var lowest = lowestKept();
        var held = new List<HeldRecords>();
        foreach (var input in job.Inputs)
        {
            foreach (var part in await HeldRecordsReader.ReadAsync(store, input, cancellationToken))
            {
                // Of other WALs it is not known what they still have.
                var records = part.WalId == walId ? [.. part.Records.Where(range => range.Last >= lowest)] : part.Records;
                if (records.Count > 0) held.Add(part with { Records = records });
            }
        }

        if (held.Sum(part => (long)part.Records.Count) <= HeldRecords.MaxRanges) return held;
        Log.TooManyRecords(_logger, job.Inputs[0].TenantId.Value);
        return null;
    }

    /// <summary>Later than every input's, also when the clock stands or goes back: listings in the order of names then show an output no later than the marks of its inputs.</summary>
    private BlockId NewId(CompactionJob job)
    {
        var newest = job.Inputs.Max(input => input.BlockId.CreatedAt) ?? DateTimeOffset.MinValue;
        var now = time.GetUtcNow();
        return BlockId.New(now > newest ? now : newest.AddMilliseconds(1), random);
    }

    private async Task<bool> ClaimAsync(TenantId tenant, CompactionJob job, BlockId id, CancellationToken cancellationToken)
    {
        foreach (var input in job.Inputs)
        {
            var (outcome, other) = await _claims.TryClaimAsync(tenant, input.BlockId, id, cancellationToken);
            if (outcome == CompactionClaims.Outcome.Claimed) continue;
            await GiveUpAsync(tenant, id);
            if (outcome == CompactionClaims.Outcome.Merged) await AdoptAsync(tenant, other, cancellationToken);
            else _busy[input.BlockId] = time.GetUtcNow() + options.Cycle;
            return false;
        }

        return true;
    }

    /// <summary>Another process's merge, seen before the next poll.</summary>
    private async Task AdoptAsync(TenantId tenant, BlockId output, CancellationToken cancellationToken)
    {
        try
        {
            var json = await store.GetAsync(BlockKeys.Of(tenant, output, BlockKeys.Meta), cancellationToken);
            if (BlockMeta.TryParse(json, out var meta, out _) && !list.IsQuarantined(tenant, output)) list.Add(meta);
        }
        catch (ObjectNotFoundException)
        {
            // It has ended already, and its inputs with it.
        }
    }

    private async Task<BlockMeta> WriteAsync(TenantId tenant, CompactionJob job, BlockId id, List<HeldRecords> held, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.ScratchFolder);
        var dataPath = Path.Combine(options.ScratchFolder, id + ".data");
        var indexPath = Path.Combine(options.ScratchFolder, id + ".index");
        try
        {
            BlockFigures figures;
            _pacer.Begin();
            using (var data = new FileStream(dataPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20))
            using (var index = new FileStream(indexPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                // Off the caller's thread: over a local store a merge never waits, and would keep it for seconds.
                figures = await Task.Run(
                    () => BlockFormats.Current.MergeAsync(
                        store, [.. job.Inputs.Select(b => BlockKeys.Folder(tenant, b.BlockId))], data, index, writer, options.ScratchFolder,
                        _pacer.PaceAsync, cancellationToken),
                    cancellationToken);
            }

            await store.PutFileAsync(BlockKeys.Of(tenant, id, BlockKeys.Data), dataPath, cancellationToken);
            FaultPoints.Reach(FaultPoints.CompactionDataWritten);
            await store.PutFileAsync(BlockKeys.Of(tenant, id, BlockKeys.Index), indexPath, cancellationToken);
            if (held.Count > 0) await store.PutAsync(BlockKeys.Of(tenant, id, HeldRecords.FileName), HeldRecords.Encode(held), cancellationToken);
            CompactionMetrics.DuplicateSpans.WithLabels(tenant.Value).Inc(figures.DuplicateCount);
            return BlockMetas.Of(tenant, id, figures) with
            {
                CompactionLevel = job.Level,
                ReplicationFactor = job.Inputs[0].ReplicationFactor,
                CompactedFrom = [.. job.Inputs.Select(b => b.BlockId)],
                HeldWals = [.. held.Select(part => part.WalId).Distinct()],
            };
        }
        finally
        {
            File.Delete(dataPath);
            File.Delete(indexPath);
        }
    }

    /// <summary>So that the inputs are free at once. Where it fails, the next claim of one of them does it.</summary>
    private async Task GiveUpAsync(TenantId tenant, BlockId output)
    {
        try
        {
            await _claims.TryGiveUpAsync(tenant, output, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotGivenUp(_logger, e, tenant.Value, output);
        }
    }

    private void Count(CompactionJob job, BlockMeta output, long started)
    {
        var level = (job.Level - 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var elapsed = time.GetElapsedTime(started);
        var inputTraces = job.Inputs.Sum(b => b.TotalObjects);
        CompactionMetrics.Blocks.WithLabels(level).Inc(job.Inputs.Count);
        CompactionMetrics.ObjectsWritten.WithLabels(level).Inc(output.TotalObjects);
        CompactionMetrics.BytesWritten.WithLabels(level).Inc(output.Size);
        CompactionMetrics.SpansWritten.WithLabels(level).Inc(output.TotalSpans);
        CompactionMetrics.ObjectsCombined.WithLabels(level).Inc(Math.Max(0, inputTraces - output.TotalObjects));
        CompactionMetrics.Seconds.Observe(elapsed.TotalSeconds);
        Log.Complete(
            _logger, output.TenantId.Value, output.BlockId, job.Inputs.Count, output.CompactionLevel, output.TotalSpans, output.TotalObjects, output.Size, elapsed.TotalMilliseconds);
    }

    private void ClearScratch()
    {
        if (!Directory.Exists(options.ScratchFolder)) return;
        foreach (var file in Directory.EnumerateFiles(options.ScratchFolder))
        {
            if (Path.GetExtension(file) is ".data" or ".index" or ".staged") File.Delete(file);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(51, LogLevel.Information, "compaction complete tenant={Tenant} block={Block} inputs={Inputs} level={Level} spans={Spans} traces={Traces} bytes={Bytes} milliseconds={Milliseconds:F0}")]
        public static partial void Complete(ILogger logger, string tenant, BlockId block, int inputs, int level, long spans, long traces, long bytes, double milliseconds);

        [LoggerMessage(52, LogLevel.Error, "compaction failed; the blocks stay as they are tenant={Tenant} inputs={Inputs}")]
        public static partial void Failed(ILogger logger, Exception e, string tenant, string inputs);

        [LoggerMessage(53, LogLevel.Warning, "compaction took so long that another process took the blocks over; its result is thrown away tenant={Tenant} block={Block}")]
        public static partial void TakenOver(ILogger logger, string tenant, BlockId block);

        [LoggerMessage(54, LogLevel.Warning, "a failed compaction could not be tidied up; the next one does it tenant={Tenant} block={Block}")]
        public static partial void NotGivenUp(ILogger logger, Exception e, string tenant, BlockId block);

        [LoggerMessage(55, LogLevel.Warning, "blocks wait with their compaction: the write-ahead log still has too many of their records tenant={Tenant}")]
        public static partial void TooManyRecords(ILogger logger, string tenant);
    }
}
