using BenchmarkDotNet.Attributes;
using Rubato.TraceQL.Regex;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.Benchmarks.TraceQL;

/// <summary>What a query costs before it runs.</summary>
[MemoryDiagnoser]
public class CompileBenchmarks
{
    private const string Simple = "{ status = error }";
    private const string Dashboard =
        "{ resource.service.name = \"frontend\" && span.http.status_code >= 500 && duration > 100ms } >> { span.db.table =~ \"audit|orders_[0-9]+\" } | select(span.http.url)";

    [Benchmark(Baseline = true, Description = "a simple filter")]
    public TraceQLQuery CompileSimple() => TraceQLCompiler.Compile(Simple);

    [Benchmark(Description = "a dashboard's query with a regex")]
    public TraceQLQuery CompileDashboard() => TraceQLCompiler.Compile(Dashboard);

    [Benchmark(Description = "the regex alone")]
    public Re2Regex CompileRegex() => Re2Regex.Create("audit|orders_[0-9]+");
}
