using BenchmarkDotNet.Attributes;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Syntax;

namespace Rubato.Benchmarks.TraceQL.Execution;

/// <summary>
/// Grouping 200,000 recent spans. There is no operator for it yet (metrics come later): the nearest are the distinct values of a tag, and
/// what counting by two columns of codes would cost at least, which is the baseline.
/// </summary>
[MemoryDiagnoser]
public class GroupBenchmarks
{
    private readonly List<SpanBatch> _batches = LoadShapeBatches.Make(4, 50_000);
    private readonly SpanSnapshot _recent;
    private readonly TagValuesRequest _services = new() { Field = new AttributeField(AttributeScope.Resource, "service.name") };
    private readonly TagValuesRequest _names = new() { Field = new IntrinsicField(Intrinsic.Name) };

    public GroupBenchmarks() => _recent = new SpanSnapshot([.. _batches.Select(b => new BatchSegment(b))], [], 0, 0);

    [Benchmark(Baseline = true, Description = "count by name and status: a loop over codes")]
    public long CountByCodes()
    {
        var groups = 0L;
        foreach (var batch in _batches)
        {
            var column = (StringVector)batch[SpanColumn.Name]!;
            var names = column.Codes;
            var statuses = ((Int64Vector)batch[SpanColumn.StatusCode]!).Values;
            var counts = new int[column.Dictionary.Count * 3];
            for (var row = 0; row < names.Length; row++) counts[(names[row] * 3) + (int)statuses[row]]++;
            foreach (var count in counts) groups += count > 0 ? 1 : 0;
        }

        return groups;
    }

    [Benchmark(Description = "values of resource.service.name")]
    public async Task<int> Services() => (await TagValuesExecutor.ReadAsync(_recent, _services, CancellationToken.None)).Values.Count;

    [Benchmark(Description = "values of name")]
    public async Task<int> Names() => (await TagValuesExecutor.ReadAsync(_recent, _names, CancellationToken.None)).Values.Count;
}
