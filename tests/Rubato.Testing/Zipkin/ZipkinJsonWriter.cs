using System.Globalization;
using System.Text.Json;

namespace Rubato.Testing.Zipkin;

/// <summary>Version 2 JSON, by the sheet (spec/wire-formats.md 5.2).</summary>
public static class ZipkinJsonWriter
{
    public static byte[] Write(IReadOnlyList<ZipkinModel> spans)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var span in spans) Write(json, span);
            json.WriteEndArray();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ZipkinModel span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.TraceHigh == 0 ? Hex(span.TraceLow) : Hex(span.TraceHigh) + Hex(span.TraceLow));
        json.WriteString("id", Hex(span.Id));
        if (span.ParentId != 0) json.WriteString("parentId", Hex(span.ParentId));
        if (span.Kind.Length > 0) json.WriteString("kind", span.Kind);
        json.WriteString("name", span.Name);
        if (span.Timestamp != 0) json.WriteNumber("timestamp", span.Timestamp);
        if (span.Duration != 0) json.WriteNumber("duration", span.Duration);
        Write(json, "localEndpoint", span.Local);
        Write(json, "remoteEndpoint", span.Remote);
        json.WriteStartArray("annotations");
        foreach (var (at, value) in span.Annotations)
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", at);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("tags");
        foreach (var (key, value) in span.Tags) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteBoolean("shared", true);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ZipkinHost host)
    {
        json.WriteStartObject(name);
        if (host.Service.Length > 0) json.WriteString("serviceName", host.Service);
        if (host.Ipv4.Length > 0) json.WriteString("ipv4", host.Ipv4);
        if (host.Ipv6.Length > 0) json.WriteString("ipv6", host.Ipv6);
        if (host.Port != 0) json.WriteNumber("port", host.Port);
        json.WriteEndObject();
    }

    private static string Hex(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);
}
