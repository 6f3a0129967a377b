using System.Collections.Concurrent;
using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>The segments of a snapshot while a query runs: runs work on several at a time and sets damaged ones aside.</summary>
internal sealed class SegmentSet(SpanSnapshot snapshot, CancellationToken cancellationToken)
{
    /// <summary>Segments that are read at the same time where reading is waiting: more than cores, as few as memory wants.</summary>
    public const int FarAtOnce = 32;

    private readonly ConcurrentDictionary<ISpanSegment, string> _damaged = [];

    private readonly bool[] _scanned = new bool[snapshot.Segments.Count];

    public IReadOnlyList<ISpanSegment> All { get; } = snapshot.Segments;

    public int ScannedCount => _scanned.Count(s => s);

    public bool IsScanned(int index) => _scanned[index];

    public string? DamageOf(int index) => _damaged.GetValueOrDefault(All[index]);

    public bool IsDamaged(int index) => _damaged.ContainsKey(All[index]);

    /// <summary>Everything of the segment that can belong into the answer has been found.</summary>
    public void MarkScanned(int index) => _scanned[index] = true;

    /// <summary>What the answer lacks, for its reader.</summary>
    public IReadOnlyList<string> Problems => [.. snapshot.Problems, .. _damaged.Values.Order(StringComparer.Ordinal)];

    /// <summary>Runs the work for each of the segments by their index; a segment found damaged is named and left out from then on.</summary>
    public async Task ForEachAsync(IEnumerable<int> indexes, int parallelism, Func<int, ValueTask> work)
    {
        var healthy = indexes.Where(i => !_damaged.ContainsKey(All[i])).ToList();
        if (healthy.Exists(i => All[i].IsFar)) parallelism = Math.Max(parallelism, FarAtOnce);
        if (healthy.Count == 1 || parallelism <= 1)
        {
            foreach (var index in healthy) await GuardedAsync(index, work).ConfigureAwait(false);
            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = SideBySide.Of(parallelism), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(healthy, options, (index, _) => GuardedAsync(index, work)).ConfigureAwait(false);
    }

    private async ValueTask GuardedAsync(int index, Func<int, ValueTask> work)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await work(index).ConfigureAwait(false);
        }
        catch (SegmentDamagedException damage)
        {
            _damaged.TryAdd(All[index], damage.Message);
        }
    }
}
