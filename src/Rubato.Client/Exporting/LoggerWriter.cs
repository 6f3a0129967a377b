using System.Text;
using Microsoft.Extensions.Logging;

namespace Rubato.Client;

/// <summary>Lines of <see cref="DebugExporter"/> as entries of a log; the level is the word in brackets.</summary>
internal sealed partial class LoggerWriter(ILogger logger) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value)
    {
        if (value is null)
        {
            return;
        }

        // Failures are logged with their reason already, whether exports are logged or not.
        const string Info = "[INFO] ";
        if (value.StartsWith(Info, StringComparison.Ordinal))
        {
            Log.Exported(logger, value[Info.Length..]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Information, "{Line}", EventName = "Exported")]
        public static partial void Exported(ILogger logger, string line);
    }
}
