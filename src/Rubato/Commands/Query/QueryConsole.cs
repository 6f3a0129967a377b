using Spectre.Console;

namespace Rubato.Commands.Query;

/// <summary>The console that tables are written to.</summary>
internal static class QueryConsole
{
    // Wide enough for any row: into a file or a pipe a row is a line, and nothing is cut off.
    private const int RedirectedWidth = 400;

    public static IAnsiConsole Create(TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (output != Console.Out || Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
