using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>The traces of one row group in stored order, from its trace_id column: 20 bytes each.</summary>
internal sealed class StoredTraces
{
    private readonly TraceId[] _ids;
    private readonly int[] _firstRows; // One more than ids.

    private StoredTraces(TraceId[] ids, int[] firstRows) => (_ids, _firstRows) = (ids, firstRows);

    public int Count => _ids.Length;

    public TraceId this[int trace] => _ids[trace];

    /// <summary>First row of a trace; the next one's is its end.</summary>
    public int FirstRowOf(int trace) => _firstRows[trace];

    /// <exception cref="InvalidDataException">The ids do not ascend: the file is damaged or not ours, and merging it would tear traces apart.</exception>
    public static StoredTraces Of(ParquetColumnVector column)
    {
        var ids = new List<TraceId>();
        var firstRows = new List<int>();
        ReadOnlySpan<byte> last = default;
        for (var row = 0; row < column.Count; row++)
        {
            var bytes = column.BytesAt(row);
            if (bytes.SequenceEqual(last)) continue;
            if (bytes.SequenceCompareTo(last) < 0) throw new InvalidDataException($"trace ids do not ascend at row {row}");
            last = bytes;
            ids.Add(TraceId.Read(bytes));
            firstRows.Add(row);
        }

        firstRows.Add(column.Count);
        return new StoredTraces([.. ids], [.. firstRows]);
    }

    /// <summary>The id of each row of a range of traces.</summary>
    public TraceIdVector Spread(int firstTrace, int endTrace)
    {
        var first = _firstRows[firstTrace];
        var count = _firstRows[endTrace] - first;
        var high = new ulong[count];
        var low = new ulong[count];
        for (var trace = firstTrace; trace < endTrace; trace++)
        {
            var from = _firstRows[trace] - first;
            var rows = _firstRows[trace + 1] - _firstRows[trace];
            high.AsSpan(from, rows).Fill(_ids[trace].High);
            low.AsSpan(from, rows).Fill(_ids[trace].Low);
        }

        return new TraceIdVector(count, high, low);
    }
}
