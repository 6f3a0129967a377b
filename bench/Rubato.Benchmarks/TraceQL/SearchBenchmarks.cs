using BenchmarkDotNet.Attributes;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.Benchmarks.TraceQL;

/// <summary>The filters of the design's table over 200,000 recent spans: plan, scan on dictionaries, decide, answer.</summary>
[MemoryDiagnoser]
public class SearchBenchmarks
{
    private readonly SpanSnapshot _recent = new([.. LoadShapeBatches.Make(8, 25_000).Select(b => new BatchSegment(b))], [], 0, 0);
    private TraceQLQuery _query = null!;

    [Params(
        "{ status = error }",
        "{ span.app.rare.7 = \"v3\" }",
        "{ span.http.request_id = \"no-such\" }",
        "{ span.http.url =~ \".*zzz9.*\" }",
        "{ .app.tenant = \"tenant-none\" }")]
    public string Query { get; set; } = "";

    [GlobalSetup]
    public void Compile() => _query = TraceQLCompiler.Compile(Query);

    [Benchmark(Description = "search, 20 newest")]
    public async Task<int> Search() => (await SearchExecutor.SearchAsync(_recent, new SearchRequest { Query = _query }, CancellationToken.None)).Traces.Count;
}
