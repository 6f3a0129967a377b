namespace Rubato.Client;

/// <summary>Conditions that all hold for one span: <c>{ a = 1 &amp;&amp; b = 2 }</c>. Never changes; <see cref="And"/> gives another one.</summary>
public sealed class TraceQLFilter
{
    private static readonly string[] Comparisons = ["=", "!=", "=~", "!~", "<", "<=", ">", ">="];

    private static readonly System.Buffers.SearchValues<char> EndsName = System.Buffers.SearchValues.Create(" \t\r\n{}()|&=<>!~,`#+*^%\\");

    private readonly string[] _conditions;

    internal TraceQLFilter(string[] conditions) => _conditions = conditions;

    /// <summary>These conditions and one more.</summary>
    /// <param name="field">An intrinsic (<c>duration</c>, <c>status</c>, <c>name</c>), or an attribute with its scope; names from outside go through <see cref="TraceQL.Attribute"/>.</param>
    /// <param name="comparison">One of <c>= != =~ !~ &lt; &lt;= &gt; &gt;=</c>.</param>
    /// <param name="value">What it is compared with.</param>
    /// <exception cref="ArgumentException">The comparison is none, or the field has characters that would end it.</exception>
    public TraceQLFilter And(string field, string comparison, TraceQLValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(field);
        if (!Comparisons.Contains(comparison))
        {
            throw new ArgumentException($"'{comparison}' is no comparison; expected one of {string.Join(' ', Comparisons)}", nameof(comparison));
        }

        if (!IsField(field))
        {
            throw new ArgumentException($"'{field}' is no field; names with such characters go through TraceQL.Attribute", nameof(field));
        }

        return new TraceQLFilter([.. _conditions, $"{field} {comparison} {value.Text}"]);
    }

    /// <summary>And its duration is longer than this.</summary>
    public TraceQLFilter LongerThan(TimeSpan duration) => And("duration", ">", duration);

    /// <summary>And its status is error.</summary>
    public TraceQLFilter Failed() => And("status", "=", SpanStatus.Error);

    /// <summary>Within quotes anything; outside nothing that ends a name, and every quote closed: else a "field" could bring conditions of its own.</summary>
    private static bool IsField(string field)
    {
        bool quoted = false;
        for (int i = 0; i < field.Length; i++)
        {
            switch (field[i])
            {
                case '\\' when quoted:
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case var c when !quoted && EndsName.Contains(c):
                    return false;
            }
        }

        return !quoted;
    }

    /// <summary>The query.</summary>
    public override string ToString() => _conditions.Length == 0 ? "{ }" : $"{{ {string.Join(" && ", _conditions)} }}";
}
