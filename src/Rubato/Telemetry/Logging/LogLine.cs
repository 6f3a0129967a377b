using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Rubato.Configuration;

namespace Rubato.Telemetry.Logging;

/// <summary>
/// One event as one line of UTF-8, logfmt or JSON with the same keys. Reused by its thread, so that a line costs no
/// garbage beyond the message text.
/// </summary>
internal sealed class LogLine : IDisposable
{
    /// <summary>A line is for people; a longer value is cut.</summary>
    private const int MaxValueChars = 8192;

    /// <summary>Keys come from message templates, of which there are some hundreds; anything beyond is not kept.</summary>
    private const int MaxKnownKeys = 4096;

    private static readonly ConcurrentDictionary<string, string> SnakeCase = new(StringComparer.Ordinal);
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(" =\"\\\u007f\ufffd" + string.Concat(Enumerable.Range(0, 32).Select(i => (char)i)));
    private static readonly JsonEncodedText Ts = JsonEncodedText.Encode("ts"), Level = JsonEncodedText.Encode("level"),
        Caller = JsonEncodedText.Encode("caller"), Msg = JsonEncodedText.Encode("msg");

    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _json;

    public LogLine() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;

    public void Dispose() => _json.Dispose();

    public void Write<TState>(bool asJson, DateTimeOffset time, LogLevel level, string caller, string message, TState state, Exception? exception)
    {
        _buffer.ResetWrittenCount();
        if (asJson)
            WriteJson(time, level, caller, message, state, exception);
        else
            WriteLogfmt(time, level, caller, message, state, exception);
        _buffer.Write("\n"u8);
    }

    private void WriteLogfmt<TState>(DateTimeOffset time, LogLevel level, string caller, string message, TState state, Exception? exception)
    {
        Span<byte> stamp = stackalloc byte[40];
        _buffer.Write("ts="u8);
        _buffer.Write(stamp[..Format(time, stamp)]);
        _buffer.Write(" level="u8);
        _buffer.Write(LogLevels.Word(level));
        Pair("caller", caller);
        Pair("msg", message);
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            for (var i = 0; i < values.Count; i++)
            {
                if (TryKey(values[i].Key, out var key))
                    Pair(key, Text(values[i].Value));
            }
        }

        if (exception is not null)
        {
            Pair("err", Describe(exception));
            if (level >= LogLevel.Error)
                Pair("stack", exception.StackTrace ?? "");
        }
    }

    private void WriteJson<TState>(DateTimeOffset time, LogLevel level, string caller, string message, TState state, Exception? exception)
    {
        Span<byte> stamp = stackalloc byte[40];
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString(Ts, stamp[..Format(time, stamp)]);
        _json.WriteString(Level, LogLevels.Word(level));
        _json.WriteString(Caller, caller);
        _json.WriteString(Msg, Cut(message));
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            for (var i = 0; i < values.Count; i++)
            {
                if (TryKey(values[i].Key, out var key))
                    WriteJsonValue(key, values[i].Value);
            }
        }

        if (exception is not null)
        {
            _json.WriteString("err", Cut(Describe(exception)));
            if (level >= LogLevel.Error)
                _json.WriteString("stack", Cut(exception.StackTrace ?? ""));
        }

        _json.WriteEndObject();
        _json.Flush();
    }

    private void WriteJsonValue(string key, object? value)
    {
        switch (value)
        {
            case bool flag: _json.WriteBoolean(key, flag); break;
            case int number: _json.WriteNumber(key, number); break;
            case long number: _json.WriteNumber(key, number); break;
            case double number when double.IsFinite(number): _json.WriteNumber(key, number); break;
            default: _json.WriteString(key, Cut(Text(value))); break;
        }
    }

    private void Pair(string key, string value)
    {
        _buffer.Write(" "u8);
        Encoding.UTF8.GetBytes(key, _buffer);
        _buffer.Write("="u8);
        var text = Cut(value);
        if (text.Length > 0 && text.IndexOfAny(NeedsQuotes) < 0)
            Encoding.UTF8.GetBytes(text, _buffer);
        else
            Quoted(text);
    }

    private void Quoted(ReadOnlySpan<char> text)
    {
        _buffer.Write("\""u8);
        Span<byte> escape = stackalloc byte[6];
        while (!text.IsEmpty)
        {
            var bad = text.IndexOfAny(NeedsEscape);
            Encoding.UTF8.GetBytes(bad < 0 ? text : text[..bad], _buffer);
            if (bad < 0)
                break;
            switch (text[bad])
            {
                case '"': _buffer.Write("\\\""u8); break;
                case '\\': _buffer.Write("\\\\"u8); break;
                case '\n': _buffer.Write("\\n"u8); break;
                case '\r': _buffer.Write("\\r"u8); break;
                case '\t': _buffer.Write("\\t"u8); break;
                case var control:
                    System.Text.Unicode.Utf8.TryWrite(escape, CultureInfo.InvariantCulture, $"\\u{(int)control:x4}", out var written);
                    _buffer.Write(escape[..written]);
                    break;
            }

            text = text[(bad + 1)..];
        }

        _buffer.Write("\""u8);
    }

    private static readonly SearchValues<char> NeedsEscape = SearchValues.Create("\"\\\u007f" + string.Concat(Enumerable.Range(0, 32).Select(i => (char)i)));

    private static ReadOnlySpan<char> Cut(string text)
    {
        if (text.Length <= MaxValueChars)
            return text;
        return char.IsHighSurrogate(text[MaxValueChars - 1]) ? text.AsSpan(0, MaxValueChars - 1) : text.AsSpan(0, MaxValueChars);
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        TimeSpan duration => ConfigDuration.Format(duration),
        Exception exception => Describe(exception),
        DateTimeOffset time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable<string> list => string.Join(',', list),
        _ => value.ToString() ?? "",
    };

    private static string Describe(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";

    /// <summary>Template names are PascalCase; the keys of a line are snake_case. A clash with the line's own keys gets a tail.</summary>
    private static bool TryKey(string name, out string key)
    {
        key = name;
        if (name == "{OriginalFormat}")
            return false;
        if (SnakeCase.TryGetValue(name, out var known))
        {
            key = known;
            return true;
        }

        key = JsonNamingPolicy.SnakeCaseLower.ConvertName(name).Replace(' ', '_').Replace('=', '_').Replace('"', '_');
        if (key is "ts" or "level" or "caller" or "msg" or "err" or "stack")
            key += "_";
        if (SnakeCase.Count < MaxKnownKeys)
            SnakeCase.TryAdd(name, key);
        return true;
    }

    private static int Format(DateTimeOffset time, Span<byte> into) =>
        time.UtcDateTime.TryFormat(into, out var written, "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture) ? written : 0;
}
