using System.Reflection;
using System.Text.RegularExpressions;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.Docs;

/// <summary>The page about the package: its code compiles and prints what it says, and what it says of the package holds.</summary>
public sealed class TraceQLPackageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Golden.GoldenFiles.Folder(), "..", "..", "docs", "traceql-package.md"));

    [Theory]
    [InlineData("parse")]
    [InlineData("validate")]
    [InlineData("format")]
    [InlineData("walk")]
    [InlineData("complete")]
    public void Example_is_the_code_that_is_compiled_and_prints_what_the_page_shows(string name)
    {
        var source = File.ReadAllText(Path.Combine(Golden.GoldenFiles.Folder(), "..", "Rubato.UnitTests", "Docs", "TraceQLPackageExample.cs"));
        var code = Regex.Match(source, $"        // <{name}>\n(.*?)\\s*// </{name}>", RegexOptions.Singleline).Groups[1].Value;
        Assert.Contains("```csharp\n" + Unindented(code) + "\n```", Page, StringComparison.Ordinal);

        var run = typeof(TraceQLPackageExample).GetMethods(BindingFlags.Public | BindingFlags.Static).Single(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));
        var output = string.Join('\n', (List<string>)run.Invoke(null, null)!);
        Assert.Contains("```text\n" + output + "\n```", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Package_needs_no_storage_no_web_and_no_other_package()
    {
        var needed = typeof(TraceQLParser).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal));
        Assert.Equal(["Rubato.Model"], needed);
    }

    private static string Unindented(string code) => string.Join('\n', code.TrimEnd().Split('\n').Select(l => l.Length > 8 ? l[8..] : l.Trim()));
}
