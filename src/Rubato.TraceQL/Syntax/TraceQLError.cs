using System.Globalization;
using System.Text;

namespace Rubato.TraceQL.Syntax;

public enum TraceQLErrorKind : byte
{
    /// <summary>The text is not TraceQL.</summary>
    Parse,

    /// <summary>The text is TraceQL but cannot mean anything, e.g. <c>{ name = 5 }</c>.</summary>
    Validation,
}

/// <summary>Why a query was refused, and where. Lines and columns count from 1; a column is one Unicode character.</summary>
public sealed record TraceQLError(TraceQLErrorKind Kind, string Message, SourceSpan Span, int Line, int Column)
{
    /// <summary>A message quotes the query: of a token of 100 KB beginning and end are enough.</summary>
    private const int MaxMessageLength = 600;

    private const int ShownBefore = 60;
    private const int ShownAfter = 100;

    /// <summary>Offset in UTF-16 units from the start of the query.</summary>
    public int Offset => Span.Start;

    public int Length => Span.Length;

    public static TraceQLError Create(TraceQLErrorKind kind, string query, SourceSpan span, string message)
    {
        if (message.Length > MaxMessageLength)
            message = string.Concat(message.AsSpan(0, MaxMessageLength / 2), "...", message.AsSpan(message.Length - (MaxMessageLength / 2)));
        var start = Math.Clamp(span.Start, 0, query.Length);
        var line = 1;
        var column = 1;
        foreach (var rune in query.AsSpan(0, start).EnumerateRunes())
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
        return new TraceQLError(kind, message, span, line, column);
    }

    /// <summary>The shape clients rely on: parse errors begin with "parse error at line", validation errors are a plain sentence.</summary>
    public override string ToString() => Kind == TraceQLErrorKind.Parse
        ? string.Create(CultureInfo.InvariantCulture, $"parse error at line {Line}, col {Column}: {Message}")
        : Message;

    /// <summary>
    /// The whole message: <see cref="ToString"/>, then where, the line itself and carets below the place. What programs look at is the first line.
    /// </summary>
    public string Describe(string query) => Kind == TraceQLErrorKind.Parse
        ? $"{this}\n{Caret(query)}"
        : string.Create(CultureInfo.InvariantCulture, $"{this}\nline {Line}, col {Column}:\n{Caret(query)}");

    /// <summary>The offending line with carets below the place, for people at a terminal; of a long line the part around it.</summary>
    public string Caret(string query)
    {
        var start = Math.Clamp(Span.Start, 0, query.Length);
        var lineStart = start == 0 ? 0 : query.LastIndexOf('\n', start - 1) + 1;
        var lineEnd = query.IndexOf('\n', start);
        if (lineEnd < 0)
            lineEnd = query.Length;
        var (from, to) = (Math.Max(lineStart, start - ShownBefore), Math.Min(lineEnd, start + ShownAfter));
        // Not through the middle of a character.
        if (from > lineStart && char.IsLowSurrogate(query[from])) from--;
        if (to < lineEnd && char.IsLowSurrogate(query[to])) to++;
        var text = new StringBuilder().Append(from > lineStart ? "..." : "").Append(query, from, to - from).Append(to < lineEnd ? "..." : "").Append('\n');
        if (from > lineStart) text.Append(' ', 3);
        foreach (var rune in query.AsSpan(from, start - from).EnumerateRunes())
            text.Append(rune.Value == '\t' ? '\t' : ' ');
        return text.Append('^', Math.Max(1, Math.Min(Span.End, to) - start)).ToString();
    }
}
