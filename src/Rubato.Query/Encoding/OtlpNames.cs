using System.Text.Json;
using Rubato.Model.Spans;

namespace Rubato.Query.Encoding;

/// <summary>Enum names of OTLP's JSON. A number without a name is written as the number, as protobuf's JSON does.</summary>
internal static class OtlpNames
{
    private static readonly string[] Kinds =
        ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"];

    private static readonly string[] Codes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

    /// <summary>Leaves out the zero value.</summary>
    public static void WriteKind(Utf8JsonWriter json, string name, SpanKind kind) => Write(json, name, (int)kind, Kinds);

    /// <summary>Leaves out the zero value.</summary>
    public static void WriteStatus(Utf8JsonWriter json, string name, StatusCode code) => Write(json, name, (int)code, Codes);

    private static void Write(Utf8JsonWriter json, string name, int number, string[] names)
    {
        if (number == 0) return;
        if ((uint)number < (uint)names.Length) json.WriteString(name, names[number]);
        else json.WriteNumber(name, number);
    }
}
