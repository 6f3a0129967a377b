using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rubato.Telemetry.Logging;

/// <summary>Writes each event as one line to a stream, standard error in the server.</summary>
/// <param name="output">Not disposed here. Written by one thread at a time, a whole line at once.</param>
internal sealed class RubatoLoggerProvider(Stream output, bool asJson, LogLevelSwitch level, TimeProvider time) : ILoggerProvider
{
    [ThreadStatic]
    private static LogLine? _line;

    private readonly ConcurrentDictionary<string, RubatoLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public LogLevelSwitch Switch => level;

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, category => new RubatoLogger(this, category));

    public void Dispose()
    {
    }

    internal void Write<TState>(LogLevel logLevel, string caller, string message, TState state, Exception? exception)
    {
        // Taken while in use: a value's ToString may log.
        var line = _line ?? new LogLine();
        _line = null;
        line.Write(asJson, time.GetUtcNow(), logLevel, caller, message, state, exception);
        try
        {
            lock (_lock)
                output.Write(line.Bytes);
        }
        catch (IOException)
        {
            // The reader of standard error is gone. Serving goes on without a log.
        }

        _line = line;
    }
}
