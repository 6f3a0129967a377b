using System.Text;
using Rubato.TraceQL.Regex;

namespace Rubato.Fuzz;

/// <summary>
/// A pattern and a text. Refused with a sentence, or: characters and UTF-8 agree, an instance that has matched other texts agrees
/// with a fresh one, and the short cuts (prefix, substring, suffix) agree with the automaton alone.
/// </summary>
internal sealed class RegexTarget : IFuzzTarget
{
    private static readonly string[] Pieces =
    [
        "(", ")", "(?:", "(?i)", "(?s)", "(?-s:", "(?m)", "(?U)", "(?P<n>", "[", "]", "[^", "-", "{2}", "{0,3}", "{3,}", "{1000}", "*", "+", "?", "*?", "+?", "|", "^", "$", "\\", "\\b",
        "\\B", "\\A", "\\z", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\pL", "\\p{Greek}", "\\PN", "\\p{^Han}", "[[:alpha:]]", "[[:^digit:]]", "\\x{10FFFF}", "\\x41", "\\Q", "\\E",
        ".", ".*", "a", "b", "k", "\u212A", "ß", "世", "😀", "\n", "\0", "_", "9",
    ];

    private static readonly string[] Probes = ["", "a", "ab", "aab\nb", "9_k\u212A", "世😀ß", "foo bar 12", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"];

    public long MaxAllocatedBytes => 128 << 20;

    public IEnumerable<byte[]> Corpus(Random random)
    {
        foreach (var pattern in Resources.Lines("patterns.txt"))
            yield return Sections.Join([Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(Probes[random.Next(Probes.Length)])]);
    }

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other)
    {
        var (pattern, text) = Read(input);
        var (otherPattern, otherText) = Read(other);
        var texts = new TextMutator(random, Pieces);
        if (random.Next(4) != 0) pattern = texts.Mutate(pattern, otherPattern);
        text = random.Next(3) switch { 0 => text, 1 => texts.Mutate(text, otherText), _ => texts.Mutate(text, pattern) };
        return Sections.Join([Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(text)]);
    }

    public void Run(byte[] input)
    {
        var (pattern, text) = Read(input);
        if (!Re2Regex.TryCreate(pattern, out var regex, out var error))
        {
            if (string.IsNullOrWhiteSpace(error)) throw new InvalidOperationException("refused without a word");
            return;
        }

        // Only small automata twice: the larger ones take most of the time and tell nothing more.
        var plain = pattern.Length <= 200 ? new Re2Automaton(Re2Program.Compile(Re2Parser.Parse(pattern), pattern)) : null;
        foreach (var probe in Probes) Check(regex, plain, probe);
        Check(regex, plain, text);
        if (Re2Regex.Create(pattern).IsMatch(text) != regex.IsMatch(text)) throw new InvalidOperationException($"a fresh instance of {pattern} answers otherwise on {text}");
    }

    private static void Check(Re2Regex regex, Re2Automaton? plain, string text)
    {
        var found = regex.IsMatch(text);
        if (regex.IsMatchUtf8(Encoding.UTF8.GetBytes(text)) != found) throw new InvalidOperationException($"{regex} on {text}: {found} in UTF-16, else in UTF-8");
        if (plain is not null && plain.IsMatch(text) != found) throw new InvalidOperationException($"{regex} on {text}: {found}, the automaton alone says otherwise");
        if (found && regex.Exact is { } exact && exact != text) throw new InvalidOperationException($"{regex} matches {text}, not only {exact}");
    }

    private static (string Pattern, string Text) Read(byte[] input)
    {
        var parts = Sections.Split(input);
        return (parts.Count > 0 ? TextMutator.Decode(parts[0]) : "", parts.Count > 1 ? TextMutator.Decode(parts[1]) : "");
    }
}
