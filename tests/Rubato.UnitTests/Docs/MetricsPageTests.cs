using System.Text.RegularExpressions;
using Rubato.UnitTests.Golden;
using Xunit;

namespace Rubato.UnitTests.Docs;

/// <summary>docs/metrics.md has every metric of the code with its type, and no other.</summary>
public sealed partial class MetricsPageTests
{
    [Fact]
    public void The_page_has_every_metric_and_no_other()
    {
        var root = Path.Combine(GoldenFiles.Folder(), "..", "..");
        var code = Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Created().Matches(File.ReadAllText(file)))
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value.ToLowerInvariant()}")
            .ToHashSet(StringComparer.Ordinal);
        var page = Row().Matches(File.ReadAllText(Path.Combine(root, "docs", "metrics.md")))
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value}")
            .ToHashSet(StringComparer.Ordinal);

        Assert.True(code.Count > 50, $"only {code.Count} metrics were found in the code");
        Assert.Equal([], code.Except(page).Order(StringComparer.Ordinal));
        Assert.Equal([], page.Except(code).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""Create(?<type>Counter|Gauge|Histogram)\(\s*"(?<name>[a-z_]+)",""")]
    private static partial Regex Created();

    [GeneratedRegex("""^\| `(?<name>[a-z_]+)` \| (?<type>counter|gauge|histogram) \|""", RegexOptions.Multiline)]
    private static partial Regex Row();
}
