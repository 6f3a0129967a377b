using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Replacements as Prometheus writes them: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>$$</c>. .NET's own differ: there <c>$1x</c> is the first group and an x, here the
/// group 1x, which is empty.
/// </summary>
internal static class RelabelTemplate
{
    public static string Expand(string template, Match match)
    {
        if (!template.Contains('$', StringComparison.Ordinal)) return template;
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                text.Append(template[i]);
                continue;
            }

            if (template[i + 1] == '$')
            {
                text.Append('$');
                i++;
                continue;
            }

            var isBraced = template[i + 1] == '{';
            var from = i + (isBraced ? 2 : 1);
            var to = from;
            while (to < template.Length && (char.IsAsciiLetterOrDigit(template[to]) || template[to] == '_')) to++;
            if (to == from || (isBraced && (to == template.Length || template[to] != '}')))
            {
                text.Append('$');
                continue;
            }

            text.Append(Group(match, template[from..to]));
            i = isBraced ? to : to - 1;
        }

        return text.ToString();
    }

    private static string Group(Match match, string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? match.Groups[number].Value : match.Groups[name].Value;
}
