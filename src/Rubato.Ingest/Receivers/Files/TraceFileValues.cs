using System.Globalization;
using System.Text;
using System.Text.Json;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Files;

internal enum TraceFileFormat
{
    Otlp,
    Jaeger,
    Zipkin,
}

/// <summary>A part of a file that is read by itself.</summary>
/// <param name="Format">What it is.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">Behind its last.</param>
internal readonly record struct TraceFileValue(TraceFileFormat Format, int Start, int End);

/// <summary>
/// Looks over a whole file once: is it JSON at all, and of which format. So what reads it afterwards meets well-formed JSON only, and mistakes are told by line.
/// </summary>
internal static class TraceFileValues
{
    /// <summary>As OTLP values may be nested, and more than the other formats know.</summary>
    public const int MaxDepth = OtlpJson.MaxJsonDepth;

    private const int NamesShown = 5;
    private const int LongestNameShown = 40;

    private const string Expected = "expected OTLP (an object with resourceSpans or batches), Jaeger's JSON (an object with data) or Zipkin's version 2 (an array of spans)";

    /// <summary>OTLP: a value for each line, as the Collector's file exporter writes them. Zipkin: the array, or each of the arrays in it. Never empty, and of one format.</summary>
    /// <exception cref="InvalidDataException">It is no JSON, or none of the formats.</exception>
    public static List<TraceFileValue> Read(ReadOnlySpan<byte> file)
    {
        var json = new Utf8JsonReader(file, new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
        var values = new List<TraceFileValue>();
        try
        {
            while (json.Read()) Add(ref json, values);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"the file is not JSON: {e.Message.Split(" LineNumber:")[0]} Line {e.LineNumber + 1}, byte {e.BytePositionInLine}"), e);
        }

        if (values.Count == 0) throw new InvalidDataException("the file is empty: " + Expected);
        return values;
    }

    private static void Add(ref Utf8JsonReader json, List<TraceFileValue> values)
    {
        var (before, start) = (values.Count, (int)json.TokenStartIndex);
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                values.Add(OfObject(ref json, start));
                break;
            case JsonTokenType.StartArray:
                AddArrays(ref json, start, values);
                break;
            default:
                throw new InvalidDataException($"the file is a single {json.TokenType}: {Expected}");
        }

        if (before > 0 && (values[0].Format != TraceFileFormat.Otlp || values[before].Format != TraceFileFormat.Otlp))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"several JSON values behind each other, the next at byte {start}: only OTLP is written so"));
    }

    private static TraceFileValue OfObject(ref Utf8JsonReader json, int start)
    {
        TraceFileValue? found = null;
        var names = new List<string>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(json);
            if (names.Count <= NamesShown) names.Add(name);
            json.Read();
            var (valueStart, kind) = ((int)json.TokenStartIndex, json.TokenType);
            json.Skip();
            found ??= (name, kind) switch
            {
                ("resourceSpans" or "resource_spans" or "batches", _) => new TraceFileValue(TraceFileFormat.Otlp, start, -1),
                // Version 2 of trace by id.
                ("trace", JsonTokenType.StartObject) => new TraceFileValue(TraceFileFormat.Otlp, valueStart, (int)json.BytesConsumed),
                ("data", _) or ("processes", JsonTokenType.StartObject) => new TraceFileValue(TraceFileFormat.Jaeger, start, -1),
                _ => null,
            };
        }

        if (found is { } value) return value.End < 0 ? value with { End = (int)json.BytesConsumed } : value;
        var shown = string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? ", ..." : "");
        throw new InvalidDataException($"no traces: an object with {(names.Count == 0 ? "nothing in it" : shown)}; {Expected}");
    }

    /// <summary>Zipkin's API gives an array of traces, each an array of spans; its UI a single one.</summary>
    private static void AddArrays(ref Utf8JsonReader json, int start, List<TraceFileValue> values)
    {
        var isNested = false;
        var first = values.Count;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var inner = (int)json.TokenStartIndex;
            isNested |= json.TokenType == JsonTokenType.StartArray;
            if (!isNested || json.TokenType != JsonTokenType.StartArray)
            {
                // Of another kind: whoever reads it says so, with its place.
                json.Skip();
                continue;
            }

            json.Skip();
            values.Add(new TraceFileValue(TraceFileFormat.Zipkin, inner, (int)json.BytesConsumed));
        }

        if (isNested && values.Count > first) return;
        values.Add(new TraceFileValue(TraceFileFormat.Zipkin, start, (int)json.BytesConsumed));
    }

    private static string NameOf(in Utf8JsonReader json)
    {
        var raw = json.ValueSpan[..Math.Min(json.ValueSpan.Length, 6 * LongestNameShown)];
        // A cut must not stand inside of an escape.
        if (raw.Length < json.ValueSpan.Length || !json.ValueIsEscaped) return Shortened(Encoding.UTF8.GetString(raw));
        Span<byte> plain = stackalloc byte[6 * LongestNameShown];
        return Shortened(Encoding.UTF8.GetString(plain[..JsonText.Unescape(raw, plain)]));
    }

    private static string Shortened(string name) => name.Length > LongestNameShown ? name[..LongestNameShown] + "..." : name;
}
