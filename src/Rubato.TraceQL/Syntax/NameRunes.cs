using System.Buffers;

namespace Rubato.TraceQL.Syntax;

/// <summary>Which characters end an unquoted attribute name (spec/traceql.md 2.4): operators, brackets and white space, nothing else.</summary>
internal static class NameRunes
{
    private static readonly SearchValues<char> Ends = SearchValues.Create("{}()=~!<>&|^,");

    public static bool EndsName(char c) => Ends.Contains(c) || char.IsWhiteSpace(c);

    public static bool IsPlain(string name)
    {
        foreach (var c in name)
            if (c == '"' || EndsName(c))
                return false;
        return name.Length > 0;
    }
}
