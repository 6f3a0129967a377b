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

    public static IEnumerable<Question> Questions =>
    [
        new("common", "{ status = error }"),
        new("rare attribute", "{ span.app.rare.7 = \"v3\" }"),
        new("no such value", "{ span.http.request_id = \"no-such\" }"),
        new("regex, no match", "{ span.http.url =~ \".*zzz9.*\" }"),
        new("unscoped, none", "{ .app.tenant = \"tenant-none\" }"),
    ];

    [ParamsSource(nameof(Questions))]
    public Question Query { get; set; } = new("", "");

    [GlobalSetup]
    public void Compile() => _query = TraceQLCompiler.Compile(Query.Text);

    [Benchmark(Description = "search, 20 newest")]
    public async Task<int> Search() => (await SearchExecutor.SearchAsync(_recent, new SearchRequest { Query = _query }, CancellationToken.None)).Traces.Count;

    /// <summary>A query under a name: tables cut long parameters.</summary>
    public sealed record Question(string Name, string Text)
    {
        public override string ToString() => Name;
    }
}
