using System.Globalization;
using System.Text.Json;

namespace Rubato.Query.Encoding;

/// <summary>The JSON habits of Tempo's API (spec/http-api.md 1.2): 64-bit integers as strings, zeros left out, HTML characters escaped.</summary>
internal static class ApiJson
{
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = GoJsonEncoder.Instance,
        SkipValidation = true,
    };

    public static void UInt64(Utf8JsonWriter json, string name, ulong value)
    {
        if (value != 0) json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }

    public static void UInt32(Utf8JsonWriter json, string name, long value)
    {
        if (value != 0) json.WriteNumber(name, value);
    }
}
