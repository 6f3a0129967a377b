using System.Globalization;
using System.Text;
using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.OpenCensus;

/// <summary>
/// One message of an OpenCensus agent stream as OTLP (spec/wire-formats.md 6): ExportTraceServiceRequest{1 node, 2 spans, 3 resource}. Node and resource of an earlier message
/// hold on where a message has none of its own.
/// </summary>
internal static partial class OpenCensusTranslator
{
    // library_info.language, by number.
    private static readonly string[] s_languages = ["", "cpp", "dotnet", "erlang", "go", "java", "nodejs", "php", "python", "ruby", "webjs"];

    /// <summary>What a message says about its sender: places of the messages Node and Resource, null where they are not there.</summary>
    /// <exception cref="InvalidDataException">The message is malformed.</exception>
    public static (Place? Node, Place? Resource) FindSender(ReadOnlySpan<byte> message)
    {
        (Place? node, Place? resource) = (null, null);
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field is 1 or 3 && wireType == 2)
            {
                var part = Bytes(ref reader);
                var place = new Place(reader.Position - part.Length, part.Length);
                if (field == 1) node = place;
                else resource = place;
            }
            else
            {
                Skip(ref reader, wireType);
            }
        }

        return (node, resource);
    }

    /// <exception cref="InvalidDataException">The message is malformed.</exception>
    public static void Translate(ReadOnlySpan<byte> message, ReadOnlySpan<byte> node, ReadOnlySpan<byte> resource, OtlpTranslation output)
    {
        var (ofSender, ofOthers) = (0, 0);
        var reader = new WireReader(message);
        while (NextSpan(ref reader, out var span))
        {
            if (OwnResource(span, out _)) ofOthers++;
            else ofSender++;
        }

        if (ofSender > 0)
        {
            BeginResource(node, resource, output);
            reader = new WireReader(message);
            while (NextSpan(ref reader, out var span))
            {
                if (!OwnResource(span, out _)) WriteSpan(span, output);
            }

            output.EndResource();
        }

        if (ofOthers == 0) return;
        reader = new WireReader(message);
        while (NextSpan(ref reader, out var span))
        {
            if (!OwnResource(span, out var own)) continue;
            BeginResource(node, own, output);
            WriteSpan(span, output);
            output.EndResource();
        }
    }

    private static bool NextSpan(scoped ref WireReader reader, out ReadOnlySpan<byte> span)
    {
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 2 && wireType == 2)
            {
                span = Bytes(ref reader);
                return true;
            }

            Skip(ref reader, wireType);
        }

        span = default;
        return false;
    }

    private static bool OwnResource(ReadOnlySpan<byte> span, out ReadOnlySpan<byte> resource)
    {
        resource = default;
        var isThere = false;
        var reader = new WireReader(span);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 16 && wireType == 2)
            {
                resource = Bytes(ref reader);
                isThere = true;
            }
            else
            {
                Skip(ref reader, wireType);
            }
        }

        return isThere;
    }

    private static void BeginResource(ReadOnlySpan<byte> node, ReadOnlySpan<byte> resource, OtlpTranslation output)
    {
        output.BeginResource();
        WriteNode(node, output.Writer);
        // Resource{1 type, 2 labels}.
        var reader = new WireReader(resource);
        while (Next(ref reader, out var field, out var wireType))
        {
            switch (field, wireType)
            {
                case (1, 2):
                    Text(output.Writer, "opencensus.resourcetype"u8, Bytes(ref reader));
                    break;
                case (2, 2):
                    WriteEntry(Bytes(ref reader), output.Writer);
                    break;
                default:
                    Skip(ref reader, wireType);
                    break;
            }
        }

        output.EndResourceAttributes();
    }

    /// <summary>Node{1 identifier, 2 library_info, 3 service_info, 4 attributes}.</summary>
    private static void WriteNode(ReadOnlySpan<byte> node, ProtoWriter writer)
    {
        var reader = new WireReader(node);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (wireType != 2 || field > 4)
            {
                Skip(ref reader, wireType);
                continue;
            }

            var part = Bytes(ref reader);
            if (field == 4)
            {
                WriteEntry(part, writer);
                continue;
            }

            var inner = new WireReader(part);
            while (Next(ref inner, out var at, out var type))
            {
                switch (field, at, type)
                {
                    case (1, 1, 2):
                        Text(writer, "host.name"u8, Bytes(ref inner));
                        break;
                    case (1, 2, 0):
                        OtlpAttribute.Int(writer, OtlpAttribute.OfResource, "process.pid"u8, (long)(uint)Varint(ref inner));
                        break;
                    case (1, 3, 2):
                        Text(writer, "opencensus.starttime"u8, Encoding.ASCII.GetBytes(Rfc3339(Bytes(ref inner))));
                        break;
                    case (2, 1, 0):
                        if (Varint(ref inner) is > 0 and <= 10 and var language)
                            Text(writer, "telemetry.sdk.language"u8, Encoding.ASCII.GetBytes(s_languages[language]));
                        break;
                    case (2, 2, 2):
                        Text(writer, "opencensus.exporterversion"u8, Bytes(ref inner));
                        break;
                    case (2, 3, 2):
                        Text(writer, "telemetry.sdk.version"u8, Bytes(ref inner));
                        break;
                    case (3, 1, 2):
                        Text(writer, "service.name"u8, Bytes(ref inner));
                        break;
                    default:
                        Skip(ref inner, type);
                        break;
                }
            }
        }
    }

    /// <summary>An entry of a map of texts: {1 key, 2 value}.</summary>
    private static void WriteEntry(ReadOnlySpan<byte> entry, ProtoWriter writer)
    {
        ReadOnlySpan<byte> key = default, value = default;
        var reader = new WireReader(entry);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 2) key = Bytes(ref reader);
            else if (field == 2 && wireType == 2) value = Bytes(ref reader);
            else Skip(ref reader, wireType);
        }

        OtlpAttribute.Text(writer, OtlpAttribute.OfResource, key.SequenceEqual("cloud.zone"u8) ? "cloud.availability_zone"u8 : key, value);
    }

    private static void Text(ProtoWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty) OtlpAttribute.Text(writer, OtlpAttribute.OfResource, key, value);
    }

    /// <summary>Timestamp{1 seconds, 2 nanos} in nanoseconds since 1970.</summary>
    private static ulong Time(ReadOnlySpan<byte> timestamp)
    {
        var (seconds, nanos) = SecondsOf(timestamp);
        return JaegerTime.FromSeconds(seconds, nanos);
    }

    private static (long Seconds, int Nanos) SecondsOf(ReadOnlySpan<byte> timestamp)
    {
        var (seconds, nanos) = (0L, 0);
        var reader = new WireReader(timestamp);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 0) seconds = (long)Varint(ref reader);
            else if (field == 2 && wireType == 0) nanos = (int)Varint(ref reader);
            else Skip(ref reader, wireType);
        }

        return (seconds, nanos);
    }

    private static string Rfc3339(ReadOnlySpan<byte> timestamp)
    {
        var (seconds, nanos) = SecondsOf(timestamp);
        if (seconds is < -62_135_596_800 or > 253_402_300_799 || nanos is < 0 or > 999_999_999) return "";
        var text = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return nanos == 0 ? text + "Z" : text + "." + nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0') + "Z";
    }

    private static bool Next(scoped ref WireReader reader, out int field, out int wireType)
    {
        (field, wireType) = (0, 0);
        if (reader.AtEnd) return false;
        return reader.TryReadTag(out field, out wireType) ? true : throw Malformed();
    }

    private static ReadOnlySpan<byte> Bytes(scoped ref WireReader reader) => reader.TryReadBytes(out var bytes) ? bytes : throw Malformed();

    private static ulong Varint(scoped ref WireReader reader) => reader.TryReadVarint(out var value) ? value : throw Malformed();

    private static void Skip(scoped ref WireReader reader, int wireType)
    {
        if (!reader.TrySkip(wireType)) throw Malformed();
    }

    private static InvalidDataException Malformed() => new("malformed ExportTraceServiceRequest: a length or field does not fit");
}
