using System.Text;
using CsCheck;
using Rubato.TraceQL.Regex;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Regex;

public sealed class Re2RegexTests
{
    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "xfoo", false)]
    [InlineData("foo", "foo\n", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("h0|h01|h1.*2", "h01", true)]
    [InlineData("h0|h01|h1.*2", "h1xx2", true)]
    [InlineData("h0|h01", "h0x", false)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    [InlineData(".*", "", true)]
    [InlineData(".*", "a\nb", true)]
    [InlineData("line1.line2", "line1\nline2", true)]
    [InlineData("(?-s)line1.line2", "line1\nline2", false)]
    [InlineData("(?-s:a.b)c.d", "axbc\nd", true)]
    [InlineData("^foo$", "foo", true)]
    [InlineData("(?m)a$.^b", "a\nb", true)]
    [InlineData("a$.^b", "a\nb", false)]
    [InlineData("(?i)bob@.*", "BoB@x", true)]
    [InlineData("(?i)k", "\u212A", true)] // Kelvin
    [InlineData("(?i)straße", "STRASSE", false)] // simple folding never changes lengths
    [InlineData("(?i)[^a]", "A", false)]
    [InlineData("(?i)\\W", "k", false)]
    [InlineData("(?i:a)b", "Ab", true)]
    [InlineData("(?i:a)b", "AB", false)]
    [InlineData("a(?i)b|c", "C", true)] // flags last until the end of the group, over |
    [InlineData("\\d+", "12", true)]
    [InlineData("\\d", "٣", false)] // ASCII only
    [InlineData("\\w", "é", false)]
    [InlineData("\\s", "\u00A0", false)]
    [InlineData("\\s", "\v", false)] // Perl's \s of RE2 has no vertical tab
    [InlineData("[[:space:]]", "\v", true)]
    [InlineData("\\pN", "٣", true)]
    [InlineData("\\p{Nd}+", "٣3", true)]
    [InlineData("\\pL+", "añж世", true)]
    [InlineData("\\PL", "1", true)]
    [InlineData("\\p{Greek}+", "αβγ", true)]
    [InlineData("\\p{Greek}", "a", false)]
    [InlineData("\\p{^Greek}", "a", true)]
    [InlineData("[\\p{Han}\\p{Hiragana}]+", "世の", true)]
    [InlineData("[[:alpha:]_]+", "ab_C", true)]
    [InlineData("[[:^alpha:]]+", "12", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData("[^]a]", "]", false)]
    [InlineData("[a-c-]+", "a-c", true)]
    [InlineData("[\\d-z]+", "5-z", true)]
    [InlineData("[a\\]b]+", "a]b", true)]
    [InlineData("[[]", "[", true)]
    [InlineData("(?P<name>x)(?<other>y)", "xy", true)]
    [InlineData("\\Qa.b*\\E+", "a.b**", true)]
    [InlineData("\\Qa.b", "a.b", true)]
    [InlineData("\\Qa\\E|b", "b", true)]
    [InlineData("(?U)a+b", "aab", true)]
    [InlineData("\\Aab\\z", "ab", true)]
    [InlineData("\\x41\\x{1F600}\\101", "A😀A", true)]
    [InlineData("\\0", "\0", true)]
    [InlineData("a{2,3}", "aaaa", false)]
    [InlineData("a{2,}", "aaaa", true)]
    [InlineData("a{2}", "aa", true)]
    [InlineData("a{,2}", "a{,2}", true)] // no repetition in RE2
    [InlineData("a{x}", "a{x}", true)]
    [InlineData("(a*)*", "aaa", true)]
    [InlineData("(?:^|.){4}", "É", true)] // what .NET says of such patterns differs between its engines
    [InlineData("(?:(?:(?:(?:ab)?)+(?:^|.)){1,2}){2}", "É", true)]
    [InlineData("(a|ab)(c|bcd)", "abcd", true)]
    [InlineData("..", "😀", false)] // a character, not two UTF-16 units
    [InlineData(".", "😀", true)]
    [InlineData("[^a]", "😀", true)]
    [InlineData(".*\\bfoo\\b.*", "a foo b", true)]
    [InlineData(".*\\bfoo\\b.*", "éfoo", true)] // é is no word character in RE2
    [InlineData(".*\\bfoo\\b.*", "afoo", false)]
    [InlineData(".*\\Boo", "foo", true)]
    [InlineData("a\\b", "a", true)]
    [InlineData("gr.*世界.*", "grüße 世界 ✓", true)]
    [InlineData("a\\+b@example\\.com", "a+b@example.com", true)]
    public void IsMatch_FollowsRe2(string pattern, string text, bool expected)
    {
        var regex = Re2Regex.Create(pattern);
        Assert.Equal(expected, regex.IsMatch(text));
        Assert.Equal(expected, regex.IsMatchUtf8(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("(", "missing closing )")]
    [InlineData("a)", "unexpected )")]
    [InlineData("[a", "missing closing ]")]
    [InlineData("[z-a]", "invalid character class range")]
    [InlineData("[[:foo:]]", "invalid character class range")]
    [InlineData("\\p{Klingon}", "invalid character class range")]
    [InlineData("*a", "missing argument to repetition operator")]
    [InlineData("a|*", "missing argument to repetition operator")]
    [InlineData("a**", "invalid nested repetition operator")]
    [InlineData("a*+", "invalid nested repetition operator")]
    [InlineData("a{2}{3}", "invalid nested repetition operator")]
    [InlineData("a{1001}", "invalid repeat count")]
    [InlineData("a{3,2}", "invalid repeat count")]
    [InlineData("(a{100}){11}", "invalid repeat count")]
    [InlineData("(?=x)", "look-ahead")]
    [InlineData("(?!x)", "look-ahead")]
    [InlineData("(?<=x)y", "look-behind")]
    [InlineData("(?<!x)y", "look-behind")]
    [InlineData("(?>x)", "Perl syntax")]
    [InlineData("(a)\\1", "back-references")]
    [InlineData("(?P<a>x)(?P<a>y)", "duplicate group name")]
    [InlineData("(?P<a b>x)", "invalid named capture")]
    [InlineData("(?P=a)", "Perl syntax")]
    [InlineData("\\C", "invalid escape sequence")]
    [InlineData("\\Z", "invalid escape sequence")]
    [InlineData("\\8", "invalid escape sequence")]
    [InlineData("\\x{110000}", "invalid escape sequence")]
    [InlineData("[a-\\d]", "invalid escape sequence")]
    [InlineData("a\\", "trailing backslash")]
    public void Create_WhatRe2Refuses_IsRefusedWithAReason(string pattern, string reason)
    {
        Assert.False(Re2Regex.TryCreate(pattern, out _, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Throws<Re2SyntaxException>(() => Re2Regex.Create(pattern));
    }

    [Fact]
    public void Create_HostilePatterns_AreRefusedOrCheap()
    {
        Assert.False(Re2Regex.TryCreate(new string('(', 20_000), out _, out _));
        Assert.False(Re2Regex.TryCreate(new string('a', Re2Regex.MaxPatternLength + 1), out _, out _));
        Assert.False(Re2Regex.TryCreate(string.Concat(Enumerable.Repeat("(\\pL{500})", 60)), out _, out var error));
        Assert.Contains("too large", error, StringComparison.Ordinal);
        // Exponential for a backtracking engine, and more states than the table of the automaton holds.
        Assert.False(Re2Regex.Create("(a*)*b").IsMatch(new string('a', 10_000)));
        Assert.False(Re2Regex.Create("(x+x+)+y").IsMatch(new string('x', 10_000)));
        var wide = Re2Regex.Create("(a|b)*a(a|b){200}");
        var text = string.Concat(Enumerable.Range(0, 5_000).Select(i => (i * i / 7) % 3 == 0 ? 'a' : 'b'));
        Assert.Equal(text[^201] == 'a', wide.IsMatch(text));
    }

    [Theory]
    [InlineData("abc", "abc", "abc", "", "", true)]
    [InlineData("abc.*", null, "abc", "", "", true)]
    [InlineData(".*abc", null, "", "", "abc", true)]
    [InlineData(".*zzz9.*", null, "", "zzz9", "", true)]
    [InlineData("^a.*b.*c$", null, "a", "b", "c", true)]
    [InlineData("(GET) .*", null, "GET ", "", "", true)]
    [InlineData(".*", null, "", "", "", true)]
    [InlineData("a.+b", null, "a", "", "b", false)]
    [InlineData("/api/v[0-9]/users/[0-9]+", null, "/api/v", "/users/", "", false)]
    [InlineData("(?-s)a.*", null, "a", "", "", false)]
    [InlineData("(?i)abc", null, "", "", "", false)]
    [InlineData("ab*c", null, "a", "", "c", false)]
    [InlineData("a|b", null, "", "", "", false)]
    public void LiteralFacts_ArePulledOut(string pattern, string? exact, string prefix, string substring, string suffix, bool literal)
    {
        var regex = Re2Regex.Create(pattern);
        Assert.Equal((exact, prefix, substring, suffix, literal), (regex.Exact, regex.Prefix, regex.Substring, regex.Suffix, regex.IsLiteral));
    }

    /// <summary>
    /// A generated expression and what it means by definition: the ends of what it matches in a text from a start. .NET cannot be the oracle here:
    /// its two engines differ from each other and from the definition where an anchor or an empty alternative is repeated.
    /// </summary>
    private sealed record Pattern(string Text, Func<string, int, bool, IEnumerable<int>> Ends)
    {
        public static Pattern Empty { get; } = new("", static (_, at, _) => [at]);

        public static Pattern Start { get; } = new("^", static (_, at, _) => at == 0 ? [at] : []);

        public static Pattern End { get; } = new("$", static (text, at, _) => at == text.Length ? [at] : []);

        /// <summary>One character; <paramref name="letters"/> are those it stands for, or with <paramref name="not"/> all others.</summary>
        public static Pattern One(string written, string letters, bool not = false) => new(written, (text, at, ignoreCase) =>
            at < text.Length && letters.Contains(text[at], ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal) != not ? [at + 1] : []);

        public Pattern Then(Pattern next) =>
            new(Text + next.Text, (text, at, ignoreCase) => Ends(text, at, ignoreCase).SelectMany(end => next.Ends(text, end, ignoreCase)).Distinct());

        public Pattern Or(Pattern other) =>
            new($"(?:{Text}|{other.Text})", (text, at, ignoreCase) => Ends(text, at, ignoreCase).Union(other.Ends(text, at, ignoreCase)));

        public Pattern IgnoringCase() => new($"(?i:{Text})", (text, at, _) => Ends(text, at, true));

        public Pattern Times(string written, int least, int most) => new($"(?:{Text}){written}", (text, at, ignoreCase) =>
        {
            HashSet<int> now = [at], ends = least == 0 ? [at] : [];
            for (var times = 1; times <= most && now.Count > 0; times++)
            {
                now = [.. now.SelectMany(start => Ends(text, start, ignoreCase))];
                // Nothing new can come from where every further turn begins and ends.
                if (times >= least && now.IsSubsetOf(ends))
                    break;
                if (times >= least)
                    ends.UnionWith(now);
            }
            return ends;
        });
    }

    private static readonly Pattern[] Atoms =
    [
        Pattern.One("a", "a"), Pattern.One("b", "b"), Pattern.One("c", "c"), Pattern.One("é", "é"), Pattern.One("世", "世"), Pattern.One("\\.", "."),
        Pattern.One(".", "", not: true), Pattern.One("[ab]", "ab"), Pattern.One("[^a]", "a", not: true), Pattern.One("[a-c]", "abc"),
        Pattern.One(".", "", not: true).Times("*", 0, int.MaxValue), Pattern.One("a", "a").Then(Pattern.One("b", "b")).Times("?", 0, 1),
        Pattern.One("a", "a").Or(Pattern.One("b", "b")), Pattern.Start, Pattern.End, Pattern.Empty,
    ];

    private static readonly (string Written, int Least, int Most)[] Repeats =
        [("*", 0, int.MaxValue), ("+", 1, int.MaxValue), ("?", 0, 1), ("{2}", 2, 2), ("{1,2}", 1, 2), ("*?", 0, int.MaxValue)];

    /// <summary>Over a small alphabet, so that matches are frequent.</summary>
    private static Gen<Pattern> Patterns(int depth)
    {
        var atom = OneOf(Atoms);
        if (depth == 0)
            return atom;
        var inner = Patterns(depth - 1);
        return Gen.OneOf(
            atom,
            Gen.Select(inner, inner, (a, b) => a.Then(b)),
            Gen.Select(inner, inner, (a, b) => a.Or(b)),
            Gen.Select(inner, OneOf(Repeats), (a, repeat) => a.Times(repeat.Written, repeat.Least, repeat.Most)),
            inner.Select(a => a.IgnoringCase()));
    }

    private static Gen<T> OneOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    [Fact]
    public void IsMatch_OfGeneratedPatterns_FollowsTheDefinition() =>
        Gen.Select(Patterns(4), OneOf("a", "b", "c", "A", "B", "é", "É", "世", ".", "\n").Array[0, 6].Select(string.Concat).Array[8]).Sample(
            (pattern, texts) =>
            {
                var regex = Re2Regex.Create(pattern.Text);
                foreach (var text in texts)
                {
                    var expected = pattern.Ends(text, 0, false).Contains(text.Length);
                    Assert.True(expected == regex.IsMatch(text), $"{pattern.Text} on {text}: {expected}");
                    Assert.True(expected == regex.IsMatchUtf8(Encoding.UTF8.GetBytes(text)), $"{pattern.Text} on UTF-8 {text}: {expected}");
                }
            },
            iter: 2_000);

    [Fact]
    public void IsMatch_FromManyThreads_GivesTheSameAnswers()
    {
        var regex = Re2Regex.Create("(a|b)*c[0-9]{1,3}(x|y)+");
        Parallel.For(0, 2_000, i =>
        {
            Assert.True(regex.IsMatch($"abba{new string('b', i % 17)}c{i % 1000}xyx"));
            Assert.False(regex.IsMatch($"abba{new string('b', i % 17)}c{i % 1000}z"));
        });
    }
}
