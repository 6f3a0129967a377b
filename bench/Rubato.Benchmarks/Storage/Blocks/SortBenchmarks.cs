using BenchmarkDotNet.Attributes;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.V1.Writing;

namespace Rubato.Benchmarks.Storage.Blocks;

/// <summary>The order of a block's 200,000 spans from batches in order of arrival; nothing is moved yet. Baseline: the keys alone with Array.Sort.</summary>
[MemoryDiagnoser]
public class SortBenchmarks
{
    private readonly List<BatchRows> _input = [.. LoadShapeBatches.Make(4, 50_000).Select(BatchRows.All)];
    private readonly (TraceId Trace, long Start)[] _keys;

    public SortBenchmarks() => _keys = [.. _input.SelectMany(b => Enumerable.Range(0, b.Batch.SpanCount).Select(row => (b.Batch.TraceIds[row], b.Batch.StartUnixNano.Values[row])))];

    [Benchmark(Baseline = true, Description = "Array.Sort of (trace, start)")]
    public int SortKeys()
    {
        var keys = ((TraceId Trace, long Start)[])_keys.Clone();
        Array.Sort(keys);
        return keys.Length;
    }

    [Benchmark(Description = "sort by (trace, start, span)")]
    public int Sort() => SpanOrder.Create(_input).Count;
}
