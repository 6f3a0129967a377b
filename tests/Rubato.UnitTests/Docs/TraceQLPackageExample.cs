using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.UnitTests.Docs;

/// <summary>The code of docs/traceql-package.md, between the marks. <see cref="TraceQLPackageTests"/> compares and runs it.</summary>
internal static class TraceQLPackageExample
{
    public static List<string> Parse()
    {
        var output = new List<string>();
        void Print(string line) => output.Add(line);

        // <parse>
        var query = TraceQLParser.Parse("{ .a.b = 1 && (duration > 1s) } | count() > 2");
        foreach (var stage in query.Pipeline.Stages)
        {
            Print($"{stage.GetType().Name} at {stage.Span.Start}: {stage}");
        }

        // </parse>
        return output;
    }

    public static List<string> Validate()
    {
        var output = new List<string>();
        void Print(string line) => output.Add(line);

        // <validate>
        foreach (var text in (string[])["{ status = error }", "{ nmae = \"x\" }", "{ status = \"error\" }"])
        {
            if (TraceQLCompiler.TryCompile(text, QueryUse.Search, out var compiled, out var error)) Print($"fine: {compiled}");
            else Print($"{error.Kind} error in line {error.Line}, column {error.Column}\n{error.Describe(text)}");
        }

        // </validate>
        return output;
    }

    public static List<string> Format()
    {
        var output = new List<string>();
        void Print(string line) => output.Add(line);

        // <format>
        var messy = TraceQLParser.Parse("{span.a=1&&((`x`=name))}|by( .b )  # a comment");
        var text = TraceQLFormatter.Format(messy);
        Print(text);
        Print($"the same tree: {TraceQLParser.Parse(text) == messy}");
        // </format>
        return output;
    }

    public static List<string> Walk()
    {
        var output = new List<string>();
        void Print(string line) => output.Add(line);

        // <walk>
        var query = TraceQLParser.Parse("{ resource.service.name = \"shop\" && span.http.status_code >= 500 } | rate() by (name)");
        foreach (var field in TraceQLWalker.DescendantsAndSelf(query).OfType<Field>())
        {
            Print(field is AttributeField attribute ? $"{attribute.Scope} {attribute.Name}" : $"intrinsic {field}");
        }

        // </walk>
        return output;
    }

    public static List<string> Complete()
    {
        var output = new List<string>();
        void Print(string line) => output.Add(line);

        // <complete>
        var filter = AutocompleteFilter.Extract("{ resource.service.name = \"shop\" && span.");
        foreach (var group in filter.Groups) Print(string.Join(" and ", group));
        // </complete>
        return output;
    }
}
