using System.Text.Json;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL;

/// <summary>Reads every query of the conformance cases, where they stand beside the checkout.</summary>
public sealed class ConformanceQueriesTests(ITestOutputHelper output)
{
    private static string? FindCases()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "conformance", "public.cases.json");
            if (File.Exists(file))
                return file;
        }

        return null;
    }

    [Fact]
    public void EveryConformanceQueryIsAcceptedOrRefusedAsRecorded()
    {
        var file = FindCases();
        if (file is null)
        {
            output.WriteLine("skipped: no ../shared/conformance/public.cases.json beside the checkout");
            Assert.Skip("no ../shared/conformance/public.cases.json beside the checkout");
        }

        using var cases = JsonDocument.Parse(File.ReadAllBytes(file));
        var wrong = new List<string>();
        var seen = 0;
        foreach (var one in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = one.GetProperty("name").GetString()!;
            var kind = one.GetProperty("kind").GetString();
            if (kind is not ("search" or "range" or "instant") || !one.TryGetProperty("params", out var parameters))
                continue;
            if (!parameters.TryGetProperty("q", out var q) && !parameters.TryGetProperty("query", out q))
                continue;
            var query = q.GetString()!.Replace("${ns:60000000000}", "1700000060000000000", StringComparison.Ordinal)
                .Replace("${ns:180000000000}", "1700000180000000000", StringComparison.Ordinal);
            if (query.Length == 0)
                continue; // a search without a query is the API's business
            seen++;
            var found = TraceQLCompiler.TryCompile(query, kind == "search" ? QueryUse.Search : QueryUse.Metrics, out var compiled, out var error)
                ? "accepted" : error.Kind == TraceQLErrorKind.Parse ? "parse" : "other";
            var expected = Expected(name, one);
            if (expected is not null && found != expected)
                wrong.Add($"{name}: {query} is {found}, should be {expected} ({error})");
            if (TraceQLParser.TryParse(query, out var parsed, out _) && TraceQLParser.Parse(TraceQLFormatter.Format(parsed)) != parsed)
                wrong.Add($"{name}: {query} is printed as {parsed}");
            if (compiled is not null && QueryShape.Of(compiled).FindUnsupported((QueryFeatures)~0) is { } unsupported)
                wrong.Add($"{name}: {unsupported}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(seen > 500, $"only {seen} queries were found in {file}");
    }

    /// <summary>Null where the recorded refusal has another reason than the query.</summary>
    private static string? Expected(string name, JsonElement one)
    {
        var status = one.GetProperty("expect").GetProperty("status").GetInt32();
        if (status < 400)
            return "accepted";
        if (name is "bad/bad-scope" or "bad/trace-dot")
            return "accepted"; // bare dotted names: design.md section 4
        if (one.TryGetProperty("arbitrary", out var arbitrary) && arbitrary.GetBoolean())
            return null;
        var aboutTheQuery = (name.StartsWith("bad", StringComparison.Ordinal) || name.StartsWith("pipe/scalar-", StringComparison.Ordinal))
            && !name.StartsWith("badmetrics/st", StringComparison.Ordinal) && name is not ("badmetrics/range-too-long" or "badmetrics/no-query");
        return aboutTheQuery ? one.GetProperty("expect").GetProperty("error").GetString() : null;
    }
}
