using System.Buffers;
using System.Text.Json;
using Rubato.Model.Otlp;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.Encoding;

/// <summary>Tag names and values as JSON and as protobuf (spec/http-api.md 5, spec/grpc-api.md 2.2).</summary>
internal static class TagEncoding
{
    public static ReadOnlyMemory<byte> NamesV1Json(IEnumerable<string> names, long inspectedBytes) => Json(inspectedBytes, json =>
    {
        json.WriteStartArray("tagNames");
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> NamesV1Protobuf(IEnumerable<string> names, long inspectedBytes) => Protobuf(inspectedBytes, writer =>
    {
        foreach (var name in names) writer.WriteString(1, name);
    });

    public static ReadOnlyMemory<byte> NamesV2Json(IReadOnlyList<(string Scope, IReadOnlyList<string> Names)> scopes, long inspectedBytes) => Json(inspectedBytes, json =>
    {
        json.WriteStartArray("scopes");
        foreach (var (scope, names) in scopes)
        {
            json.WriteStartObject();
            json.WriteString("name", scope);
            json.WriteStartArray("tags");
            foreach (var name in names) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> NamesV2Protobuf(IReadOnlyList<(string Scope, IReadOnlyList<string> Names)> scopes, long inspectedBytes) => Protobuf(inspectedBytes, writer =>
    {
        foreach (var (scope, names) in scopes) WriteScope(writer, scope, names);
    });

    /// <summary>One <c>scopes</c> member of SearchTagsV2Response.</summary>
    public static void WriteScope(ProtoWriter writer, string scope, IReadOnlyList<string> names) => writer.Message(1, w =>
    {
        w.String(1, scope);
        foreach (var name in names) w.WriteString(2, name);
    });

    public static ReadOnlyMemory<byte> ValuesV1Json(TagValuesResult result) => Json(result.InspectedBytes, json =>
    {
        json.WriteStartArray("tagValues");
        foreach (var text in Texts(result)) json.WriteStringValue(text);
        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> ValuesV1Protobuf(TagValuesResult result) => Protobuf(result.InspectedBytes, writer =>
    {
        foreach (var text in Texts(result)) writer.WriteString(1, text);
    });

    /// <summary>Values without their types, each once.</summary>
    public static IEnumerable<string> Texts(TagValuesResult result) => result.Values.Select(v => v.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    public static ReadOnlyMemory<byte> ValuesV2Json(TagValuesResult result) => Json(result.InspectedBytes, json =>
    {
        json.WriteStartArray("tagValues");
        foreach (var value in result.Values)
        {
            json.WriteStartObject();
            json.WriteString("type", value.Type);
            OtlpJsonValues.Text(json, "value", value.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> ValuesV2Protobuf(TagValuesResult result) => Protobuf(result.InspectedBytes, writer =>
    {
        foreach (var value in result.Values) WriteValue(writer, value);
    });

    /// <summary>One <c>tagValues</c> member of SearchTagValuesV2Response.</summary>
    public static void WriteValue(ProtoWriter writer, TagValue value) => writer.Message(1, w =>
    {
        w.String(1, value.Type);
        w.String(2, value.Text);
    });

    /// <summary>The form for language models: values by type.</summary>
    public static ReadOnlyMemory<byte> ValuesV2Llm(TagValuesResult result)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("tagValues");
            foreach (var type in result.Values.GroupBy(v => v.Type, StringComparer.Ordinal))
            {
                json.WriteStartArray(type.Key);
                foreach (var value in type) json.WriteStringValue(value.Text);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteStartObject("metrics");
            json.WriteNumber("inspectedBytes", result.InspectedBytes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The <c>metrics</c> member of all tag answers.</summary>
    public static void WriteMetrics(ProtoWriter writer, long inspectedBytes) => writer.Message(2, w => w.Varint(1, (ulong)inspectedBytes));

    private static ReadOnlyMemory<byte> Json(long inspectedBytes, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Options))
        {
            json.WriteStartObject();
            body(json);
            json.WriteStartObject("metrics");
            ApiJson.UInt64(json, "inspectedBytes", (ulong)inspectedBytes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Protobuf(long inspectedBytes, Action<ProtoWriter> body)
    {
        var writer = new ProtoWriter();
        body(writer);
        WriteMetrics(writer, inspectedBytes);
        return writer.WrittenMemory;
    }
}
