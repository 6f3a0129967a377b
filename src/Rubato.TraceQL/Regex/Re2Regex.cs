using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rubato.TraceQL.Regex;

/// <summary>
/// A regular expression with the syntax and meaning of Go's RE2, matched against the whole text, with a dot that matches line
/// breaks (spec/traceql.md 9). Time is linear in the text whatever the pattern. Thread-safe.
/// </summary>
/// <remarks>
/// Why not <see cref="System.Text.RegularExpressions.Regex"/> with NonBacktracking: it has no look-around, so RE2's ASCII <c>\b</c> cannot be
/// said in it; it counts UTF-16 units where RE2 counts characters; and it wants every value transcoded first, while ours are UTF-8.
/// The tests compare the two where they mean the same.
/// </remarks>
public sealed class Re2Regex : IEquatable<Re2Regex>
{
    /// <summary>Longer patterns are lists that belong somewhere else; the bound keeps compilation below 100 ms.</summary>
    public const int MaxPatternLength = 32 * 1024;

    private readonly Re2Literals _literals;
    private readonly Re2Automaton? _automaton;
    private readonly byte[] _prefix;
    private readonly byte[] _substring;
    private readonly byte[] _suffix;

    private Re2Regex(string pattern)
    {
        Pattern = pattern;
        if (pattern.Length > MaxPatternLength)
            throw new Re2SyntaxException($"the pattern is {pattern.Length} characters long; at most {MaxPatternLength} are accepted");
        var node = Re2Parser.Parse(pattern);
        _literals = Re2Literals.Of(node);
        _prefix = Encoding.UTF8.GetBytes(_literals.Prefix);
        _substring = Encoding.UTF8.GetBytes(_literals.Substring);
        _suffix = Encoding.UTF8.GetBytes(_literals.Suffix);
        if (!_literals.IsComplete)
            _automaton = new Re2Automaton(Re2Program.Compile(node, pattern));
    }

    public string Pattern { get; }

    /// <summary>The only text that matches, when the pattern is plain text; else null. Lets an engine ask a dictionary or a Bloom filter.</summary>
    public string? Exact => _literals.Exact;

    /// <summary>What every match begins with; empty when not known.</summary>
    public string Prefix => _literals.Prefix;

    /// <summary>What every match contains after the prefix and before the suffix; empty when not known.</summary>
    public string Substring => _literals.Substring;

    /// <summary>What every match ends with; empty when not known.</summary>
    public string Suffix => _literals.Suffix;

    /// <summary>Whether prefix, substring and suffix decide alone, so that matching is a search for bytes.</summary>
    public bool IsLiteral => _automaton is null;

    /// <exception cref="Re2SyntaxException">RE2 would refuse the pattern, or it is too large.</exception>
    public static Re2Regex Create(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new Re2Regex(pattern);
    }

    public static bool TryCreate(string pattern, [NotNullWhen(true)] out Re2Regex? regex, [NotNullWhen(false)] out string? error)
    {
        try
        {
            (regex, error) = (Create(pattern), null);
            return true;
        }
        catch (Re2SyntaxException refused)
        {
            (regex, error) = (null, refused.Message);
            return false;
        }
    }

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (_literals.Exact is { } exact)
            return text.SequenceEqual(exact);
        if (text.Length < Prefix.Length + Suffix.Length
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !text.EndsWith(Suffix, StringComparison.Ordinal)
            || !text[Prefix.Length..^Suffix.Length].Contains(Substring, StringComparison.Ordinal))
            return false;
        return _automaton is null || _automaton.IsMatch(text);
    }

    public bool IsMatchUtf8(ReadOnlySpan<byte> utf8)
    {
        if (_literals.Exact is not null)
            return utf8.SequenceEqual(_prefix);
        if (utf8.Length < _prefix.Length + _suffix.Length
            || !utf8.StartsWith(_prefix)
            || !utf8.EndsWith(_suffix)
            || utf8[_prefix.Length..^_suffix.Length].IndexOf(_substring) < 0)
            return false;
        return _automaton is null || _automaton.IsMatch(utf8);
    }

    public bool Equals(Re2Regex? other) => other is not null && Pattern == other.Pattern;

    public override bool Equals(object? obj) => Equals(obj as Re2Regex);

    public override int GetHashCode() => Pattern.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Pattern;
}
