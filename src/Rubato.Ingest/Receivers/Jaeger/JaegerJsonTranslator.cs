using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>
/// Jaeger's JSON, as its query API answers and its UI saves it: <c>{"data":[{"traceID","spans":[...],"processes":{...}}]}</c>
/// (https://www.jaegertracing.io/docs/latest/apis/), or one trace of it. Tags mean what they mean in Jaeger's gRPC (spec/wire-formats.md 4).
/// </summary>
/// <remarks>For one file. It reads a document and not a stream, since processes come behind the spans that name them.</remarks>
/// <param name="output">Gets the spans: one resource for each process of a trace.</param>
/// <param name="sourceBytes">Length of the file.</param>
internal sealed partial class JaegerJsonTranslator(OtlpTranslation output, int sourceBytes)
{
    // Texts of one span or process without their escapes, which only makes them shorter.
    private readonly byte[] _texts = new byte[sourceBytes];
    private int _textLength;

    // Where it is, for who made the file.
    private string _trace = "";
    private int _span = -1;

    /// <exception cref="InvalidDataException">Something is not as Jaeger writes it; the message tells what and where.</exception>
    public void Translate(JsonElement file)
    {
        try
        {
            if (!file.TryGetProperty("data"u8, out var data))
            {
                WriteTrace(file);
                return;
            }

            if (data.ValueKind != JsonValueKind.Array) throw Bad("data", "an array of traces", data);
            var index = 0;
            foreach (var trace in data.EnumerateArray())
            {
                _trace = string.Create(CultureInfo.InvariantCulture, $"data[{index++}]");
                WriteTrace(trace);
            }
        }
        catch (InvalidOperationException e)
        {
            // Names are compared as whole characters only.
            throw new InvalidDataException($"invalid Jaeger JSON: {Place("")}: a name that is not valid Unicode", e);
        }
    }

    private void WriteTrace(JsonElement trace)
    {
        if (trace.ValueKind != JsonValueKind.Object) throw Bad("", "a trace", trace);
        if (!Has(trace, "spans"u8, out var spans)) return;
        if (spans.ValueKind != JsonValueKind.Array) throw Bad("spans", "an array", spans);
        if (Has(trace, "processes"u8, out var processes) && processes.ValueKind != JsonValueKind.Object) throw Bad("processes", "an object", processes);

        foreach (var (process, members) in ByProcess(spans, processes))
        {
            _span = -1;
            output.BeginResource();
            WriteProcess(process);
            output.EndResourceAttributes();
            foreach (var (index, span) in members)
            {
                _span = index;
                WriteSpan(span, trace);
            }

            output.EndResource();
        }

        _span = -1;
    }

    /// <summary>In the order of their first spans. A span names its process, or has it inside.</summary>
    private List<(JsonElement Process, List<(int Index, JsonElement Span)> Members)> ByProcess(JsonElement spans, JsonElement processes)
    {
        var groups = new List<(JsonElement, List<(int, JsonElement)>)>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var span in spans.EnumerateArray())
        {
            _span++;
            if (span.ValueKind != JsonValueKind.Object) throw Bad("", "a span", span);
            var isInside = Has(span, "process"u8, out var process);
            // No id begins with a brace.
            var key = isInside ? process.GetRawText() : Has(span, "processID"u8, out var id) ? id.ToString() : "";
            if (!known.TryGetValue(key, out var group))
            {
                known.Add(key, group = groups.Count);
                if (!isInside && processes.ValueKind == JsonValueKind.Object) processes.TryGetProperty(key, out process);
                groups.Add((process, []));
            }

            groups[group].Item2.Add((_span, span));
        }

        return groups;
    }

    private void WriteProcess(JsonElement element)
    {
        // Named and not there: the spans have no service then.
        if (element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return;
        if (element.ValueKind != JsonValueKind.Object) throw Bad("process", "an object", element);
        _textLength = 0;
        var process = new JaegerProcess(_texts);
        try
        {
            process.ServiceName = Text(element, "serviceName"u8, "process.serviceName");
            foreach (var tag in Items(element, "tags"u8, "process.tags")) process.Add(TagOf(tag, "process.tags"));
            if (!process.ServiceName.SequenceEqual(JaegerProtoTranslator.NoServiceName)) process.Write(output.Writer);
        }
        finally
        {
            process.Dispose();
        }
    }

    private InvalidDataException Bad(string member, string expected, JsonElement found) => Bad(member, $"expected {expected}, found {Found(found)}");

    private InvalidDataException Bad(string member, string what) => new($"invalid Jaeger JSON: {Place(member)}: {what}");

    private string Place(string member)
    {
        var span = _span < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"spans[{_span}]");
        var place = string.Join('.', new[] { _trace, span, member }.Where(part => part.Length > 0));
        return place.Length == 0 ? "$" : place;
    }

    private static string Found(JsonElement element)
    {
        const int longest = 60;
        if (element.ValueKind == JsonValueKind.Undefined) return "nothing";
        var raw = JsonMarshal.GetRawUtf8Value(element);
        var text = System.Text.Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, longest)]);
        return raw.Length > longest ? text + "..." : text;
    }
}
