using System.Collections.Concurrent;
using System.Globalization;

namespace Rubato.TraceQL.Regex;

/// <summary>The named classes of RE2: categories and scripts (<c>\p{...}</c>), POSIX (<c>[[:alpha:]]</c>) and Perl (<c>\d</c>) ones.</summary>
internal static class UnicodeClasses
{
    private static readonly Lazy<Dictionary<string, CodePointSet>> Categories = new(BuildCategories);
    private static readonly Lazy<Dictionary<string, string>> Scripts = new(LoadScripts);
    private static readonly ConcurrentDictionary<string, CodePointSet> BuiltScripts = new();

    public static readonly CodePointSet Digits = CodePointSet.Of(('0', '9'));
    public static readonly CodePointSet Spaces = CodePointSet.Of(('\t', '\n'), ('\f', '\r'), (' ', ' '));
    public static readonly CodePointSet Words = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    private static readonly Dictionary<string, CodePointSet> Posix = new()
    {
        ["alnum"] = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('a', 'z')),
        ["alpha"] = CodePointSet.Of(('A', 'Z'), ('a', 'z')),
        ["ascii"] = CodePointSet.Of((0, 0x7F)),
        ["blank"] = CodePointSet.Of(('\t', '\t'), (' ', ' ')),
        ["cntrl"] = CodePointSet.Of((0, 0x1F), (0x7F, 0x7F)),
        ["digit"] = Digits,
        ["graph"] = CodePointSet.Of(('!', '~')),
        ["lower"] = CodePointSet.Of(('a', 'z')),
        ["print"] = CodePointSet.Of((' ', '~')),
        ["punct"] = CodePointSet.Of(('!', '/'), (':', '@'), ('[', '`'), ('{', '~')),
        ["space"] = CodePointSet.Of(('\t', '\r'), (' ', ' ')),
        ["upper"] = CodePointSet.Of(('A', 'Z')),
        ["word"] = Words,
        ["xdigit"] = CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
    };

    public static CodePointSet? FindPosix(string name) => Posix.GetValueOrDefault(name);

    public static CodePointSet? FindUnicode(string name)
    {
        if (name == "Any")
            return CodePointSet.All;
        if (name.Length <= 2)
            return Categories.Value.GetValueOrDefault(name);
        return Scripts.Value.TryGetValue(name, out var ranges) ? BuiltScripts.GetOrAdd(name, static (_, text) => ParseRanges(text), ranges) : null;
    }

    private static Dictionary<string, CodePointSet> BuildCategories()
    {
        // In the order of UnicodeCategory.
        string[] names =
        [
            "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps",
            "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
        ];
        var ranges = names.Select(_ => new List<(int, int)>()).ToArray();
        var first = 0;
        for (var codePoint = 1; codePoint <= CodePointSet.Last + 1; codePoint++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(first);
            if (codePoint <= CodePointSet.Last && CharUnicodeInfo.GetUnicodeCategory(codePoint) == category)
                continue;
            ranges[(int)category].Add((first, codePoint - 1));
            first = codePoint;
        }

        // Go counts unassigned code points (Cn) to no category.
        var found = new Dictionary<string, CodePointSet>();
        for (var i = 0; i < names.Length - 1; i++)
            found[names[i]] = CodePointSet.Of(ranges[i]);
        foreach (var group in found.ToArray().GroupBy(pair => pair.Key[..1]))
            found[group.Key] = CodePointSet.Union(group.Select(pair => pair.Value));
        return found;
    }

    private static Dictionary<string, string> LoadScripts()
    {
        using var stream = typeof(UnicodeClasses).Assembly.GetManifestResourceStream("Rubato.TraceQL.Regex.UnicodeScripts.txt")!;
        using var reader = new StreamReader(stream);
        var scripts = new Dictionary<string, string>();
        while (reader.ReadLine() is { } line)
            if (!line.StartsWith('#') && line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space)
                scripts.Add(line[..space], line[(space + 1)..]);
        return scripts;
    }

    private static CodePointSet ParseRanges(string text)
    {
        var ranges = new List<(int, int)>();
        var last = 0;
        foreach (var part in text.Split(' '))
        {
            var plus = part.IndexOf('+', StringComparison.Ordinal);
            var first = last + Hex(plus < 0 ? part : part[..plus]);
            last = first + (plus < 0 ? 0 : Hex(part[(plus + 1)..]));
            ranges.Add((first, last));
        }

        return CodePointSet.Of(ranges);

        static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
