namespace Rubato.TraceQL.Regex;

public sealed class Re2Regex
{
    public string Pattern { get; } = "";
}
