using BenchmarkDotNet.Attributes;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Testing;

namespace Rubato.Benchmarks.Model.Otlp;

/// <summary>One request of 500 spans on its way in: looked at, then decoded into columns whose dictionaries know its words or do not.</summary>
[MemoryDiagnoser]
public class OtlpBenchmarks
{
    private const int Spans = 500;

    // What a batch takes before it is sealed: a warm builder is replaced when it is full, as in the ingester.
    private const int MaxSpans = 50_000;

    private readonly byte[] _request = LoadShapeRequests.Make(1, Spans, 1)[0];
    private SpanBatchBuilder _warm = new();

    [Benchmark(Baseline = true, OperationsPerInvoke = Spans, Description = "read a span, warm dictionaries")]
    public int ReadWarm()
    {
        if (_warm.SpanCount >= MaxSpans) _warm = new SpanBatchBuilder();
        return OtlpReader.Read(_request, _warm).Accepted;
    }

    [Benchmark(OperationsPerInvoke = Spans, Description = "read a span, cold dictionaries")]
    public int ReadCold() => OtlpReader.Read(_request, new SpanBatchBuilder()).Accepted;

    [Benchmark(OperationsPerInvoke = Spans, Description = "validate a span")]
    public int Validate() => OtlpValidator.Check(_request).Counts.Accepted;
}
