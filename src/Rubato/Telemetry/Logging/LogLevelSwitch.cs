using Microsoft.Extensions.Logging;

namespace Rubato.Telemetry.Logging;

/// <summary>The level in force; may be changed while the process runs (<c>/log_level</c>).</summary>
internal sealed class LogLevelSwitch(LogLevel level)
{
    private volatile LogLevel _level = level;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }
}
