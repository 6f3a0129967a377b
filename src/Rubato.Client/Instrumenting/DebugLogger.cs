using System.Diagnostics;
using System.Globalization;

namespace Rubato.Client;

/// <summary>
/// Lines that name the current span: <c>[INFO] [TraceID: 4bf9…] [SpanID: 00f0…] message</c>, or <c>[INFO] [No Trace] message</c>. For a look while debugging; an
/// application's own log is better served by <see cref="TraceLogging.BeginTraceScope"/>.
/// </summary>
/// <param name="output">Where lines go; null: standard output.</param>
public sealed class DebugLogger(TextWriter? output = null)
{
    /// <summary>Writes a line.</summary>
    /// <param name="level">Such as <c>INFO</c>; written as it is.</param>
    /// <param name="message">A text, with places such as {0} when there are arguments.</param>
    /// <param name="arguments">What goes into the places.</param>
    public void LogWithTrace(string level, string message, params object?[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string text = arguments.Length == 0 ? message : string.Format(CultureInfo.InvariantCulture, message, arguments);
        string where = Activity.Current is { } span && span.TraceId != default ? $"[TraceID: {span.TraceId.ToHexString()}] [SpanID: {span.SpanId.ToHexString()}]" : "[No Trace]";
        (output ?? Console.Out).WriteLine($"[{level}] {where} {text}");
    }
}
