using System.CommandLine;

namespace Rubato.Commands.Query;

/// <summary><c>--start</c>, <c>--end</c> and <c>--since</c> of a sub-command.</summary>
internal sealed class QueryRangeOptions
{
    private readonly Option<string?> _start = new("--start") { Description = "From: Unix seconds, a date, or an age such as 1h" };
    private readonly Option<string?> _end = new("--end") { Description = "Until, in the same forms (default: now)" };
    private readonly Option<string?> _since = new("--since") { Description = "The last so long, such as 1h" };

    public void AddTo(Command command, bool withSince)
    {
        command.Options.Add(_start);
        command.Options.Add(_end);
        if (withSince)
        {
            command.Options.Add(_since);
        }
    }

    public List<(string Name, string Value)> Parameters(ParseResult parsed, TimeProvider time) =>
        QueryRange.Parameters(parsed.GetValue(_start), parsed.GetValue(_end), parsed.GetValue(_since), time.GetUtcNow());
}
