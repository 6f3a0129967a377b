using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rubato.Configuration.Options;

namespace Rubato.Telemetry.Logging;

internal static class LoggingExtensions
{
    /// <summary>Our lines on standard error, and nothing else. The level can be changed through <see cref="LogLevelSwitch"/>.</summary>
    public static ILoggingBuilder UseRubatoLog(this ILoggingBuilder logging, ServerOptions server, TimeProvider time) =>
        logging.UseRubatoLog(Console.OpenStandardError(), server, time);

    public static ILoggingBuilder UseRubatoLog(this ILoggingBuilder logging, Stream output, ServerOptions server, TimeProvider time)
    {
        LogLevels.TryParse(server.LogLevel, out var level);
        var levels = new LogLevelSwitch(level);
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.Services.AddSingleton(levels);
#pragma warning disable CA2000 // The container disposes it.
        logging.AddProvider(new RubatoLoggerProvider(output, server.LogFormat == "json", levels, time));
#pragma warning restore CA2000
        return logging;
    }
}
