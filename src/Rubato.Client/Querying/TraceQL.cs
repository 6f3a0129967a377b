using System.Globalization;
using System.Text;

namespace Rubato.Client;

/// <summary>TraceQL with values from outside: quoted and escaped, so that no value can become a part of the query.</summary>
public static class TraceQL
{
    /// <summary>
    /// A query with values in its places: <c>TraceQL.Query($"{{ resource.service.name = {name} &amp;&amp; duration &gt; {limit} }}")</c>. A string is quoted; numbers, durations,
    /// booleans, <see cref="SpanStatus"/> and <see cref="SpanKind"/> are written as TraceQL has them.
    /// </summary>
    public static string Query(TraceQLHandler query) => query.ToString();

    /// <summary>Spans for which all these conditions hold.</summary>
    public static TraceQLFilter Where(string field, string comparison, TraceQLValue value) => new TraceQLFilter([]).And(field, comparison, value);

    /// <summary>A text in quotes, with everything escaped that means something within them.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => result.Append('\\').Append(c),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                < ' ' or '\x7f' => result.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => result.Append(c),
            };
        }

        return result.Append('"').ToString();
    }

    /// <summary>
    /// An attribute's name for a query: <c>Attribute("span", "http.method")</c> is <c>span.http.method</c>, and a name with other characters stands in quotes.
    /// </summary>
    /// <param name="scope"><c>span</c>, <c>resource</c>, <c>event</c>, <c>link</c>, <c>instrumentation</c>, or empty for any.</param>
    /// <param name="name">Any text.</param>
    public static string Attribute(string scope, string name)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (scope is not ("" or "span" or "resource" or "event" or "link" or "instrumentation"))
        {
            throw new ArgumentException($"'{scope}' is no scope; expected span, resource, event, link, instrumentation or nothing", nameof(scope));
        }

        bool plain = name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '/') && !name.StartsWith('.') && !name.EndsWith('.') && !name.Contains("..", StringComparison.Ordinal);
        return $"{scope}.{(plain ? name : '"' + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"')}";
    }
}
