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
            text.Append(Path).Append(ReadsOn(Message) ? " " : ": ");
        return text.Append(Message).ToString();
    }

    /// <summary>Whether the key is the subject of the sentence: "x must not be empty".</summary>
    private static bool ReadsOn(string message) =>
        message.StartsWith("is ", StringComparison.Ordinal) || message.StartsWith("must ", StringComparison.Ordinal)
        || message.StartsWith("has ", StringComparison.Ordinal) || message.StartsWith("names ", StringComparison.Ordinal);
}
