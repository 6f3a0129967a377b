using Microsoft.Extensions.Logging;

namespace Rubato.Telemetry.Logging;

/// <summary>One category's logger.</summary>
internal sealed class RubatoLogger(RubatoLoggerProvider provider, string category) : ILogger
{
    /// <summary>The last part of the category: <c>Rubato.Storage.Wal.WriteAheadLog</c> is <c>WriteAheadLog</c> in a line.</summary>
    private readonly string _caller = category[(category.LastIndexOf('.') + 1)..];

    /// <summary>A web framework's Information is a line for each request, and more; only its warnings are for everybody.</summary>
    private readonly bool _isFramework =
        category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("System.", StringComparison.Ordinal)
        || category.StartsWith("Grpc.", StringComparison.Ordinal);

    public bool IsEnabled(LogLevel logLevel)
    {
        var level = provider.Switch.Level;
        if (_isFramework)
            level = level <= LogLevel.Debug ? LogLevel.Information : level > LogLevel.Warning ? level : LogLevel.Warning;
        return logLevel >= level && logLevel != LogLevel.None;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            provider.Write(logLevel, _caller, LogMessage.ConstantText(state) ?? formatter(state, exception), state, exception);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
