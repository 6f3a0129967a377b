using Microsoft.Extensions.Logging;

namespace Rubato.Telemetry.Logging;

/// <summary>The level words of the configuration and of each line.</summary>
internal static class LogLevels
{
    public static bool TryParse(string word, out LogLevel level)
    {
        level = word switch
        {
            "debug" => LogLevel.Debug,
            "info" => LogLevel.Information,
            "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.None,
        };
        return level != LogLevel.None;
    }

    public static ReadOnlySpan<byte> Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        _ => "error"u8,
    };
}
