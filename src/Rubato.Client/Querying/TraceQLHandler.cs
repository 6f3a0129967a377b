using System.Runtime.CompilerServices;
using System.Text;

namespace Rubato.Client;

/// <summary>Puts values into the places of an interpolated query; see <see cref="TraceQL.Query"/>.</summary>
[InterpolatedStringHandler]
public readonly ref struct TraceQLHandler
{
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler.</summary>
    public TraceQLHandler(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

    /// <summary>Called by the compiler, with the query's own text.</summary>
    public void AppendLiteral(string literal) => _text.Append(literal);

    /// <summary>Called by the compiler, with a value.</summary>
    public void AppendFormatted(TraceQLValue value) => _text.Append(value.Text);

    /// <summary>Called by the compiler, with conditions.</summary>
    public void AppendFormatted(TraceQLFilter filter) => _text.Append(filter);

    /// <summary>The query.</summary>
    public override string ToString() => _text.ToString();
}
