using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rubato.UnitTests.Golden;
using Xunit;

namespace Rubato.UnitTests.Docs;

/// <summary>Every C# block of the pages about the client is a program that compiles: whoever copies it has something that works.</summary>
public sealed class CodeBlockTests
{
    // What the SDK for the web puts into every file.
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Net.Http.Json;
        global using System.Threading; global using System.Threading.Tasks; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private static readonly Lazy<List<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(File.Exists).Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    [Theory]
    [InlineData("docs/guide.md", 10)]
    [InlineData("docs/clients.md", 3)]
    public void Every_block_compiles(string page, int atLeast)
    {
        string text = File.ReadAllText(Path.Combine(GoldenFiles.Folder(), "..", "..", page)).ReplaceLineEndings("\n");
        MatchCollection blocks = Regex.Matches(text, "^```csharp\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline);
        Assert.True(blocks.Count >= atLeast, $"{page} has {blocks.Count} blocks");

        var errors = new StringBuilder();
        foreach (Match block in blocks)
        {
            int line = text[..block.Index].Count(c => c == '\n') + 2;
            foreach (Diagnostic problem in Compile(block.Groups[1].Value))
            {
                errors.AppendLine($"{page}:{line + problem.Location.GetLineSpan().StartLinePosition.Line}: {problem.GetMessage()}");
            }
        }

        Assert.True(errors.Length == 0, errors.ToString());
    }

    private static IEnumerable<Diagnostic> Compile(string code)
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var compilation = CSharpCompilation.Create(
            "block",
            [CSharpSyntaxTree.ParseText(code, options, cancellationToken: TestContext.Current.CancellationToken), CSharpSyntaxTree.ParseText(ImplicitUsings, options, cancellationToken: TestContext.Current.CancellationToken)],
            References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id is not ("CS8019" or "CS1701" or "CS1702"));
    }
}
