using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;

namespace Rubato.Configuration;

/// <summary>
/// <c>${VAR}</c> in the file's text: defaults, substrings, length, case, trims and replacements in the manner of a shell.
/// An undefined variable is the empty text. <c>$VAR</c> without braces stays as it is.
/// </summary>
internal sealed partial class EnvironmentExpansion(Func<string, string?> environment)
{
    /// <summary>Defaults may nest; deeper than this is a mistake or an attack.</summary>
    private const int MaxDepth = 32;

    /// <summary>A whole scalar that is one variable: the form that is replaced without asking.</summary>
    public bool TryExpandScalar(string value, out string expanded)
    {
        expanded = value;
        var match = value.StartsWith("${", StringComparison.Ordinal) ? WholeScalar().Match(value) : Match.Empty;
        if (!match.Success)
            return false;

        var found = environment(match.Groups["name"].Value);
        expanded = string.IsNullOrEmpty(found) ? match.Groups["default"].Value : found;
        return true;
    }

    /// <exception cref="FormatException">A <c>${</c> is not closed; the message names the line.</exception>
    public string Expand(string text)
    {
        var position = 0;
        return Expand(text, ref position, nested: false, depth: 0);
    }

    private string Expand(string text, ref int position, bool nested, int depth)
    {
        if (depth > MaxDepth)
            throw new FormatException($"line {LineOf(text, position)}: variables are nested more than {MaxDepth} deep");

        var result = new StringBuilder();
        while (position < text.Length)
        {
            var c = text[position];
            if (nested && c == '}')
                return result.ToString();

            var next = position + 1 < text.Length ? text[position + 1] : '\0';
            if (c == '$' && next == '$')
            {
                result.Append('$');
                position += 2;
            }
            else if (c == '$' && next == '{')
            {
                var start = position;
                position += 2;
                result.Append(ExpandOne(text, start, ref position, depth));
            }
            else
            {
                result.Append(c);
                position++;
            }
        }

        return nested ? throw new FormatException("unterminated") : result.ToString();
    }

    /// <summary>Reads from behind <c>${</c> to its <c>}</c>.</summary>
    private string ExpandOne(string text, int start, ref int position, int depth)
    {
        var askLength = position < text.Length && text[position] == '#';
        if (askLength)
            position++;

        var nameStart = position;
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '_'))
            position++;
        var name = text[nameStart..position];
        var value = name.Length == 0 ? "" : environment(name) ?? "";

        string operation;
        try
        {
            operation = Expand(text, ref position, nested: true, depth + 1);
        }
        catch (FormatException e) when (e.Message == "unterminated")
        {
            throw new FormatException($"line {LineOf(text, start)}: '${{' is not closed by '}}'; write '$$' for a plain dollar sign");
        }

        position++;
        if (askLength)
            return value.Length.ToString(CultureInfo.InvariantCulture);
        // Looked at after its own variables are replaced: "${A${B}}" has no operation where B is empty.
        return operation.Length == 0 ? value : Apply(value, operation);
    }

    private static string Apply(string value, string operation) => operation[0] switch
    {
        ':' when operation.Length > 1 && operation[1] is '-' or '=' => value.Length == 0 ? operation[2..] : value,
        ':' when operation.Length > 1 && operation[1] is '?' or '+' => value,
        ':' => ApplyColon(value, operation[1..]),
        '=' or '-' => value.Length == 0 ? operation[1..] : value,
        '^' => operation.StartsWith("^^", StringComparison.Ordinal) ? value.ToUpperInvariant() : First(value, char.ToUpperInvariant),
        ',' => operation.StartsWith(",,", StringComparison.Ordinal) ? value.ToLowerInvariant() : First(value, char.ToLowerInvariant),
        '#' => Trim(value, operation.TrimStart('#'), fromStart: true, longest: operation.StartsWith("##", StringComparison.Ordinal)),
        '%' => Trim(value, operation.TrimStart('%'), fromStart: false, longest: operation.StartsWith("%%", StringComparison.Ordinal)),
        '/' => Replace(value, operation[1..]),
        _ => value,
    };

    /// <summary><c>:offset</c>, <c>:offset:length</c>; any other text is a default, the form known from other systems.</summary>
    private static string ApplyColon(string value, string operand)
    {
        var parts = operand.Split(':');
        if (!int.TryParse(parts[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var offset))
            return value.Length == 0 ? operand : value;

        var from = Math.Clamp(offset < 0 ? (long)value.Length + offset : offset, 0, value.Length);
        var rest = value[(int)from..];
        if (parts.Length < 2 || !int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length))
            return rest;
        return rest[..(int)Math.Clamp(length < 0 ? (long)rest.Length + length : length, 0, rest.Length)];
    }

    private static string First(string value, Func<char, char> change) => value.Length == 0 ? value : change(value[0]) + value[1..];

    private static string Trim(string value, string pattern, bool fromStart, bool longest)
    {
        // Only * and ? mean something here; to the matcher a backslash does too.
        var glob = pattern.Replace("\\", "\\\\", StringComparison.Ordinal);
        for (var i = 0; i <= value.Length; i++)
        {
            var length = longest ? value.Length - i : i;
            var part = fromStart ? value.AsSpan(0, length) : value.AsSpan(value.Length - length);
            if (FileSystemName.MatchesSimpleExpression(glob, part, ignoreCase: false))
                return fromStart ? value[length..] : value[..^length];
        }

        return value;
    }

    private static string Replace(string value, string operand)
    {
        var mode = operand.Length > 0 && operand[0] is '/' or '#' or '%' ? operand[0] : '\0';
        var rest = mode == '\0' ? operand : operand[1..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var from = slash < 0 ? rest : rest[..slash];
        var to = slash < 0 ? "" : rest[(slash + 1)..];
        if (from.Length == 0)
            return value;

        return mode switch
        {
            '/' => value.Replace(from, to, StringComparison.Ordinal),
            '#' => value.StartsWith(from, StringComparison.Ordinal) ? to + value[from.Length..] : value,
            '%' => value.EndsWith(from, StringComparison.Ordinal) ? value[..^from.Length] + to : value,
            _ => value.IndexOf(from, StringComparison.Ordinal) is var at and >= 0 ? value[..at] + to + value[(at + from.Length)..] : value,
        };
    }

    private static int LineOf(string text, int position) => text.AsSpan(0, Math.Min(position, text.Length)).Count('\n') + 1;

    [GeneratedRegex(@"^\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^{}$]*))?\}$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeScalar();
}
