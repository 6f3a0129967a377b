using System.Globalization;
using System.Text;

namespace Rubato.Configuration;

/// <summary>One mistake, or one thing worth saying: where, which key, what, and what to do.</summary>
/// <param name="Source">File, or the flag.</param>
/// <param name="Line">Line in the file from 1; 0 where there is none.</param>
/// <param name="Path">The key from the root, such as <c>server.http_listen_port</c>; may be empty.</param>
/// <param name="Message">What is wrong and what would be right.</param>
internal sealed record ConfigProblem(string Source, int Line, string Path, string Message)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Line > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Source}:{Line}: ");
        else if (Source.Length > 0)
            text.Append(Source).Append(": ");
        if (Path.Length > 0)
            text.Append(Path).Append(": ");
        return text.Append(Message).ToString();
    }
}
