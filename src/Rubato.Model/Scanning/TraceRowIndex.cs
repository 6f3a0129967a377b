using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Model.Scanning;

/// <summary>
/// Finds the rows of a trace in a batch that is in order of arrival: a hash table of the first row of each trace, and for
/// each row the next one of its trace. 12 bytes a row, built once for a sealed batch.
/// </summary>
internal sealed class TraceRowIndex
{
    private readonly TraceIdVector _traceIds;
    private readonly int[] _buckets; // first row + 1 of a trace; 0 = free
    private readonly int[] _next;
    private readonly int _mask;

    public TraceRowIndex(TraceIdVector traceIds)
    {
        _traceIds = traceIds;
        var rows = traceIds.Count;
        _buckets = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, rows * 2))];
        _mask = _buckets.Length - 1;
        _next = new int[rows];
        // From the last row to the first, so that each chain is ascending.
        for (var row = rows - 1; row >= 0; row--)
        {
            ref var bucket = ref Bucket(traceIds[row]);
            _next[row] = bucket - 1;
            bucket = row + 1;
        }
    }

    public RowSet Find(TraceId traceId)
    {
        var first = Bucket(traceId) - 1;
        if (first < 0) return RowSet.Empty;
        var count = 0;
        for (var row = first; row >= 0; row = _next[row]) count++;
        var rows = new int[count];
        var i = 0;
        for (var row = first; row >= 0; row = _next[row]) rows[i++] = row;
        return RowSet.Of(rows);
    }

    private ref int Bucket(TraceId traceId)
    {
        // Ids are chosen by senders: mix both halves, so that ids that differ in few bits do not cluster.
        var hash = (traceId.Low ^ (traceId.High * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
        for (var i = (int)(hash >> 32) & _mask; ; i = (i + 1) & _mask)
        {
            ref var bucket = ref _buckets[i];
            if (bucket == 0 || _traceIds[bucket - 1] == traceId) return ref bucket;
        }
    }
}
