using System.Text;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.Fuzz;

/// <summary>
/// Queries in, trees or refusals out: a refusal names a place inside the text; an accepted query formats and parses to the same
/// tree, and its compiled form compiles to itself; everything around the compiler (autocompletion, planning) takes what it accepts.
/// </summary>
internal sealed class TraceQLTarget : IFuzzTarget
{
    private static readonly string[] Pieces =
    [
        "{", "}", "(", ")", "|", "||", "&&", "!", "-", "=", "!=", ">", ">>", "<<", "<", "!>", "!>>", "&>", "&>>", "&~", "~", "!~", "=~", ">=", "<=", "+", "*", "/", "%", "^",
        "span.a", ".b", "resource.service.name", "parent.x", "event.e", "link.l", "instrumentation.i", "name", "status", "kind", "duration", "nestedSetLeft", "trace:id",
        "nil", "true", "false", "error", "server", "count()", "avg(duration)", "by(name)", "select(span.a)", "coalesce()", "rate()", "quantile_over_time(duration, .9)",
        "compare({}, 3)", "topk(1)", "with(a=1)", "1", "0", "-1", "9223372036854775807", "1.5e308", "1s", "1h1ms", "\"a\"", "\"(a|b)*c\"", "`[[:alpha:]]{3,9}`", "\"", "`", "\\", "#",
        "//", "/*", "*/", " ", "\n", "\t", ",", "é", "😀", "\0", "name =~ \"a.*\"", "span.\"q \\\" x\"", "minInt",
    ];

    public long MaxAllocatedBytes => 64 << 20;

    public IEnumerable<byte[]> Corpus(Random random) => Resources.Lines("queries.txt").Select(Encoding.UTF8.GetBytes);

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other) => random.Next(8) == 0
        ? mutator.Mutate(input, other)
        : Encoding.UTF8.GetBytes(new TextMutator(random, Pieces).Mutate(TextMutator.Decode(input), TextMutator.Decode(other)));

    public void Run(byte[] input)
    {
        var query = TextMutator.Decode(input);
        if (TraceQLParser.TryParse(query, out var parsed, out var error))
        {
            var text = TraceQLFormatter.Format(parsed);
            if (!TraceQLParser.TryParse(text, out var again, out error)) throw new InvalidOperationException($"formatted to {text}, which is refused: {error}");
            if (again != parsed) throw new InvalidOperationException($"formatted to {text}, which is {again}");
        }
        else
        {
            CheckError(query, error);
        }

        foreach (var use in Enum.GetValues<QueryUse>()) Compile(query, use, isParsed: parsed is not null);
        if (TraceQLParser.TryParseField(query, out var field, out error))
        {
            if (!TraceQLParser.TryParseField(CanonicalText.Of(field), out var same, out _) || same != field)
                throw new InvalidOperationException($"the field {CanonicalText.Of(field)} is not read back");
        }
        else
        {
            CheckError(query, error);
        }

        AutocompleteFilter.Extract(query);
    }

    private static void Compile(string query, QueryUse use, bool isParsed)
    {
        if (!TraceQLCompiler.TryCompile(query, use, out var compiled, out var error))
        {
            CheckError(query, error);
            if (isParsed != (error.Kind == TraceQLErrorKind.Validation)) throw new InvalidOperationException($"parsed: {isParsed}, and then {error.Kind} {error}");
            return;
        }

        var text = TraceQLFormatter.Format(compiled);
        if (!TraceQLCompiler.TryCompile(text, use, out var again, out error)) throw new InvalidOperationException($"compiled to {text}, which is refused: {error}");
        // Labels keep the text from before the sides of a comparison were exchanged, so the trees may differ in them.
        if (TraceQLFormatter.Format(again) != text) throw new InvalidOperationException($"compiled to {text}, which compiles to {again}");
        QueryShape.Of(compiled).FindUnsupported(0);
        TraceFormula.Of(compiled.Pipeline);
    }

    private static void CheckError(string query, TraceQLError error)
    {
        var span = error.Span;
        if (span.Start < 0 || span.Length < 0 || span.Start > query.Length || (span.Start < query.Length && span.End > query.Length))
            throw new InvalidOperationException($"error at {span} of {query.Length}: {error}");
        if (error.Line < 1 || error.Column < 1 || error.Message.Length == 0) throw new InvalidOperationException($"error without a place: {error}");
        if (error.Message.Length > 2000) throw new InvalidOperationException($"error of {error.Message.Length} characters");
        if (error.Describe(query).Length > 1500) throw new InvalidOperationException("a description without a bound");
    }
}
