using BenchmarkDotNet.Attributes;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;

namespace Rubato.Benchmarks.Model.Otlp;

/// <summary>
/// The way in up to columns, one span of requests of ~500: looked at, then decoded into columns whose dictionaries know the repeating words
/// (a batch that grows, as in the ingester) or know nothing yet.
/// </summary>
[MemoryDiagnoser]
public class OtlpBenchmarks
{
    // Sealed at 65,536 in the ingester: the batch is replaced when it is full, and what a new one costs is in the number.
    private const int MaxSpans = 60_000;

    // One round of the load's 64 templates.
    private const int Requests = 64;
    private const int Spans = 32_262;

    private readonly List<byte[]> _requests = LoadShapeBatches.Requests(Requests);
    private SpanBatchBuilder _warm = new();

    [GlobalSetup]
    public void CheckSpans()
    {
        if (Validate() is var spans and not Spans) throw new InvalidOperationException($"the load's shape has changed: {Requests} requests are {spans} spans");
    }

    [Benchmark(OperationsPerInvoke = Spans, Description = "check a span")]
    public int Validate()
    {
        var accepted = 0;
        foreach (var request in _requests) accepted += OtlpValidator.Check(request).Counts.Accepted;
        return accepted;
    }

    [Benchmark(OperationsPerInvoke = Spans, Description = "decode a span into a batch that grows")]
    public int ReadWarm()
    {
        var accepted = 0;
        foreach (var request in _requests)
        {
            if (_warm.SpanCount >= MaxSpans) _warm = new SpanBatchBuilder();
            accepted += OtlpReader.Read(request, _warm).Accepted;
        }

        return accepted;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Spans, Description = "decode a span, a new batch for each request")]
    public int ReadCold()
    {
        var accepted = 0;
        foreach (var request in _requests) accepted += OtlpReader.Read(request, new SpanBatchBuilder()).Accepted;
        return accepted;
    }
}
