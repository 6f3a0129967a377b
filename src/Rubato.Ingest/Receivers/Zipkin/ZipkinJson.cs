using System.Text.Json;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>What both versions of Zipkin's JSON have in common: an array of objects, read without making any object of it.</summary>
internal static class ZipkinJson
{
    private const int MaxDepth = 16;

    public delegate void SpanReader(ref Utf8JsonReader json, ZipkinBatch batch);

    /// <exception cref="InvalidDataException">The body is no JSON array of objects; the message tells the byte.</exception>
    public static void ReadArray(ReadOnlySpan<byte> body, ZipkinBatch batch, SpanReader readSpan)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray) throw new InvalidDataException("the body is not a JSON array of spans");
            while (NextObject(ref json, "the body")) readSpan(ref json, batch);
            // Throws where something follows.
            json.Read();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"malformed JSON near byte {json.BytesConsumed}: {e.Message}", e);
        }
    }

    /// <summary>On to the object's next property name; false at its end.</summary>
    public static bool NextProperty(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    public static void ReadValue(ref Utf8JsonReader json)
    {
        if (!json.Read()) throw new InvalidDataException("it ends inside a value");
    }

    public static void SkipValue(ref Utf8JsonReader json)
    {
        ReadValue(ref json);
        json.Skip();
    }

    /// <summary>False where null was sent instead.</summary>
    public static bool BeginArray(ref Utf8JsonReader json, string what)
    {
        ReadValue(ref json);
        return json.TokenType switch
        {
            JsonTokenType.StartArray => true,
            JsonTokenType.Null => false,
            _ => throw new InvalidDataException($"{what} is not an array"),
        };
    }

    /// <summary>False where null was sent instead.</summary>
    public static bool BeginObject(ref Utf8JsonReader json, string what)
    {
        ReadValue(ref json);
        return json.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.Null => false,
            _ => throw new InvalidDataException($"{what} is not an object"),
        };
    }

    /// <summary>Into the array's next object; false at the array's end.</summary>
    public static bool NextObject(ref Utf8JsonReader json, string what)
    {
        ReadValue(ref json);
        return json.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.EndArray => false,
            _ => throw new InvalidDataException($"{what} has an element that is not an object"),
        };
    }

    public static Place Text(ref Utf8JsonReader json, ZipkinBatch batch, string what)
    {
        ReadValue(ref json);
        return json.TokenType switch
        {
            JsonTokenType.String => batch.AddText(ref json),
            JsonTokenType.Null => default,
            _ => throw new InvalidDataException($"{what} is not a string"),
        };
    }

    /// <summary>The text of an id; empty where it is null or no string.</summary>
    public static ReadOnlySpan<byte> Hex(ref Utf8JsonReader json)
    {
        ReadValue(ref json);
        if (json.TokenType == JsonTokenType.String) return json.ValueSpan;
        json.Skip();
        return [];
    }

    /// <summary>Whole microseconds; 0 for null.</summary>
    public static ulong Micros(ref Utf8JsonReader json, string what)
    {
        ReadValue(ref json);
        if (json.TokenType == JsonTokenType.Null) return 0;
        if (json.TokenType == JsonTokenType.Number)
        {
            if (json.TryGetUInt64(out var micros)) return micros;
            // Some languages write whole numbers as 1.5e15 or 12.0.
            if (json.TryGetDouble(out var number) && number >= 0 && number < ulong.MaxValue && Math.Floor(number) == number) return (ulong)number;
        }

        throw new InvalidDataException($"{what} is not a whole number of microseconds");
    }

    public static ZipkinEndpoint Endpoint(ref Utf8JsonReader json, ZipkinBatch batch)
    {
        var endpoint = default(ZipkinEndpoint);
        if (!BeginObject(ref json, "endpoint")) return endpoint;
        while (NextProperty(ref json))
        {
            if (json.ValueTextEquals("serviceName"u8)) endpoint.ServiceName = Text(ref json, batch, "serviceName");
            else if (json.ValueTextEquals("ipv4"u8)) endpoint.Ipv4 = Address(ref json, batch, isIpv6: false);
            else if (json.ValueTextEquals("ipv6"u8)) endpoint.Ipv6 = Address(ref json, batch, isIpv6: true);
            else if (json.ValueTextEquals("port"u8)) endpoint.Port = Port(ref json);
            else SkipValue(ref json);
        }

        return endpoint;
    }

    private static Place Address(ref Utf8JsonReader json, ZipkinBatch batch, bool isIpv6)
    {
        var place = Text(ref json, batch, isIpv6 ? "ipv6" : "ipv4");
        var text = batch.TextOf(place);
        // An IPv4 address in the other field is what some libraries write for ::ffff:10.0.0.1.
        if (text.IsEmpty || (isIpv6 ? ZipkinHex.IsIpv6(text) || ZipkinHex.IsIpv4(text) : ZipkinHex.IsIpv4(text))) return place;
        throw new InvalidDataException($"'{System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 64)])}' is not an {(isIpv6 ? "IPv6" : "IPv4")} address");
    }

    private static int Port(ref Utf8JsonReader json)
    {
        ReadValue(ref json);
        if (json.TokenType == JsonTokenType.Null) return 0;
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var port) && port is >= 0 and <= 65_535) return port;
        throw new InvalidDataException("port is not a number from 0 to 65535");
    }
}
