using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Caching.Memory;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.ServiceGraph;

/// <summary>
/// Service graphs of segments that were asked for before. A segment does not change, but which of its traces go on elsewhere does: that is part of the key. Kept only of
/// segments that lie in the time range as a whole; those at its ends are read each time.
/// </summary>
internal sealed class GraphCache : IDisposable
{
    /// <summary>Some hundred row groups of a thousand edges each.</summary>
    private const long MaxBytes = 32L << 20;

    private readonly MemoryCache _blocks = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    // Sealed batches of recent spans, which have no name of their own: kept as long as the batch is.
    private readonly ConditionalWeakTable<ISpanSegment, Known> _recent = [];

    /// <summary>The graph of the segment, out of the cache or by reading.</summary>
    public async ValueTask<GraphPart> GetAsync(ScannedSegment scanned, TimeRange range)
    {
        var segment = scanned.Segment;
        if (segment.TimeRange.StartUnixNano < range.StartUnixNano || segment.TimeRange.EndUnixNano > range.EndUnixNano) return await ReadAsync(scanned, range);
        var rows = HashOf(scanned.Straddling, scanned.Repeated);
        if (segment.Block is not null)
        {
            var key = (segment.Name, rows);
            if (_blocks.TryGetValue(key, out GraphPart? known)) return known!;
            var part = await ReadAsync(scanned, range);
            return _blocks.Set(key, part, new MemoryCacheEntryOptions { Size = part.Bytes });
        }

        if (_recent.TryGetValue(segment, out var recent) && recent.Rows == rows) return recent.Part;
        recent = new Known(rows, await ReadAsync(scanned, range));
        _recent.AddOrUpdate(segment, recent);
        return recent.Part;
    }

    public void Dispose() => _blocks.Dispose();

    private static ValueTask<GraphPart> ReadAsync(ScannedSegment scanned, TimeRange range) => new SegmentGraph(scanned, range).ReadAsync();

    private static UInt128 HashOf(RowSet straddling, RowSet repeated)
    {
        if (straddling.Count + repeated.Count == 0) return UInt128.Zero;
        var hash = new XxHash128();
        foreach (var rows in new[] { straddling, repeated })
        {
            hash.Append(MemoryMarshal.AsBytes<int>(rows.ToArray()));
            hash.Append([0xFF, 0xFF, 0xFF, 0xFF]);
        }

        return hash.GetCurrentHashAsUInt128();
    }

    private sealed record Known(UInt128 Rows, GraphPart Part);
}
