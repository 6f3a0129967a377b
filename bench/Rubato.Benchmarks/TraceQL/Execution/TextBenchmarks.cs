using System.Text;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Rubato.Model.Columns;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Regex;
using Rubato.TraceQL.Syntax;

namespace Rubato.Benchmarks.TraceQL.Execution;

/// <summary>Conditions on 250,000 different urls of the load, tested once each: exact text and regular expressions, beside what .NET offers for the same.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class TextBenchmarks
{
    private const string Automaton = "https?://.*/[0-9]*77[0-9]";

    private readonly DictionaryView _urls;
    private readonly string[] _texts;
    private readonly byte[] _wanted;
    private readonly ValueTest _equal;
    private readonly ValueTest _contains = new RegexTest(Re2Regex.Create(".*zzz9.*"), negated: false);
    private readonly Regex _contains2 = new("^.*zzz9.*$", RegexOptions.NonBacktracking | RegexOptions.Singleline);
    private readonly ValueTest _pattern = new RegexTest(Re2Regex.Create(Automaton), negated: false);
    private readonly Regex _pattern2 = new("^(?:" + Automaton + ")$", RegexOptions.NonBacktracking | RegexOptions.Singleline);

    public TextBenchmarks()
    {
        var urls = new StringDictionary();
        foreach (var batch in LoadShapeBatches.Make(16, 50_000))
        {
            foreach (var column in batch.Attributes.Where(a => a is { Owner: AttributeOwner.Span, Key: "http.url" }))
            {
                var texts = (StringVector)column.Values;
                for (var i = 0; i < texts.Count && urls.Count < 250_000; i++) urls.GetOrAdd(texts[i]);
            }
        }

        _urls = urls.View;
        _texts = [.. Enumerable.Range(0, _urls.Count).Select(_urls.GetString)];
        _wanted = _urls[_urls.Count - 1].ToArray();
        _equal = new LiteralTest(BinaryOperator.Equal, StaticValue.FromString(Encoding.UTF8.GetString(_wanted)), sameType: true);
    }

    [Benchmark(Baseline = true, Description = "url =, plain"), BenchmarkCategory("equal")]
    public int EqualPlain() => ExactText.NextPlain(_urls, _wanted, 0);

    [Benchmark(Description = "url ="), BenchmarkCategory("equal")]
    public int Equal() => DictionaryMatch.Of(_urls, ColumnType.String, _equal, CancellationToken.None).Count;

    [Benchmark(Baseline = true, Description = "url =~ .*zzz9.*, System.Text.RegularExpressions on strings"), BenchmarkCategory("contains")]
    public int ContainsDotNet() => _texts.Count(_contains2.IsMatch);

    [Benchmark(Description = "url =~ .*zzz9.*"), BenchmarkCategory("contains")]
    public int Contains() => DictionaryMatch.Of(_urls, ColumnType.String, _contains, CancellationToken.None).Count;

    [Benchmark(Baseline = true, Description = "url =~ " + Automaton + ", System.Text.RegularExpressions on strings"), BenchmarkCategory("pattern")]
    public int PatternDotNet() => _texts.Count(_pattern2.IsMatch);

    [Benchmark(Description = "url =~ " + Automaton), BenchmarkCategory("pattern")]
    public int Pattern() => DictionaryMatch.Of(_urls, ColumnType.String, _pattern, CancellationToken.None).Count;
}
