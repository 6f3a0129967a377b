using System.Text.Json;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>
/// What exporters pack into Zipkin's texts because it has no place for them: <c>name|{attributes as JSON}|dropped</c> in an annotation,
/// <c>trace|span|state|{attributes}|dropped</c> in a tag.
/// </summary>
internal static class ZipkinPacked
{
    /// <summary>Attributes of a JSON object: texts, booleans and numbers; other values are left out. False where it is no object; then nothing may be kept that was written.</summary>
    public static bool TryWriteAttributes(ProtoWriter writer, int field, ReadOnlySpan<byte> jsonObject)
    {
        if (jsonObject.IsEmpty || jsonObject.SequenceEqual("null"u8)) return true;
        var json = new Utf8JsonReader(jsonObject);
        var scratch = System.Buffers.ArrayPool<byte>.Shared.Rent(jsonObject.Length);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var keyLength = json.CopyString(scratch);
                var key = scratch.AsSpan(0, keyLength);
                if (!json.Read()) return false;
                switch (json.TokenType)
                {
                    case JsonTokenType.String:
                        var value = scratch.AsSpan(keyLength);
                        OtlpAttribute.Text(writer, field, key, value[..json.CopyString(value)]);
                        break;
                    case JsonTokenType.True or JsonTokenType.False:
                        OtlpAttribute.Bool(writer, field, key, json.TokenType == JsonTokenType.True);
                        break;
                    case JsonTokenType.Number when json.TryGetInt64(out var whole):
                        OtlpAttribute.Int(writer, field, key, whole);
                        break;
                    case JsonTokenType.Number when json.TryGetDouble(out var number):
                        if (Math.Floor(number) == number && Math.Abs(number) < 1L << 53) OtlpAttribute.Int(writer, field, key, (long)number);
                        else OtlpAttribute.Double(writer, field, key, number);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            return json.TokenType == JsonTokenType.EndObject && !json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>The last part, a count; false where it is none.</summary>
    public static bool TryReadDropped(ReadOnlySpan<byte> text, out uint dropped) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out dropped, out var read) && read == text.Length;
}
