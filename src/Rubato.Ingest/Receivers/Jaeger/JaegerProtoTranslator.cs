using System.Globalization;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>
/// Jaeger's gRPC request (<c>PostSpansRequest</c>, spec/wire-formats.md 2) as OTLP (section 4). A span may name a process of its own, so
/// spans are grouped by their process' bytes before anything is written.
/// </summary>
internal static partial class JaegerProtoTranslator
{
    internal static ReadOnlySpan<byte> NoServiceName => "OTLPResourceNoServiceName"u8;

    /// <summary>Writes the request's spans; false where it is not well-formed, and why.</summary>
    public static bool TryTranslate(ReadOnlySpan<byte> request, OtlpTranslation output, out string error)
    {
        var reader = new WireReader(request);
        error = "";
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) return Fail(at, out error);
            if (field != 1 || wireType != 2)
            {
                if (!reader.TrySkip(wireType)) return Fail(at, out error);
            }
            else if (!reader.TryReadBytes(out var batch) || !TryTranslateBatch(request, batch, output))
            {
                return Fail(at, out error);
            }
        }

        return true;
    }

    private static bool Fail(int position, out string error)
    {
        error = string.Create(CultureInfo.InvariantCulture, $"malformed PostSpansRequest in the message at byte {position}: a field, its type or its length is wrong");
        return false;
    }

    private static bool TryTranslateBatch(ReadOnlySpan<byte> request, ReadOnlySpan<byte> batch, OtlpTranslation output)
    {
        // The process is sent behind the spans.
        if (!TryLast(batch, 2, out var batchProcess)) return false;
        var groups = new ResourceGroups(request);
        try
        {
            var common = Place.Find(request, batchProcess);
            var reader = new WireReader(batch);
            while (!reader.AtEnd)
            {
                if (!reader.TryReadTag(out var field, out var wireType)) return false;
                if (field != 1 || wireType != 2)
                {
                    if (!reader.TrySkip(wireType)) return false;
                    continue;
                }

                if (!reader.TryReadBytes(out var span) || !TryLast(span, 10, out var own)) return false;
                groups.Add(own.Length > 0 ? Place.Find(request, own) : common, Place.Find(request, span));
            }

            for (var group = 0; group < groups.Count; group++)
            {
                output.BeginResource();
                if (!TryWriteProcess(request, groups.Key(group).Of(request), output)) return false;
                output.EndResourceAttributes();
                for (var member = groups.First(group); member >= 0; member = groups.Next(member))
                {
                    if (!TryWriteSpan(groups.Span(member).Of(request), output)) return false;
                }

                output.EndResource();
            }

            return true;
        }
        finally
        {
            groups.Dispose();
        }
    }

    private static bool TryWriteProcess(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, OtlpTranslation output)
    {
        var process = new JaegerProcess(request);
        try
        {
            var reader = new WireReader(message);
            while (!reader.AtEnd)
            {
                if (!reader.TryReadTag(out var field, out var wireType)) return false;
                switch (field, wireType)
                {
                    case (1, 2):
                        if (!reader.TryReadBytes(out var name)) return false;
                        process.ServiceName = name;
                        break;
                    case (2, 2):
                        if (!reader.TryReadBytes(out var keyValue) || !TryReadTag(keyValue, out var tag)) return false;
                        process.Add(tag);
                        break;
                    default:
                        if (!reader.TrySkip(wireType)) return false;
                        break;
                }
            }

            if (!process.ServiceName.SequenceEqual(NoServiceName)) process.Write(output.Writer);
            return true;
        }
        finally
        {
            process.Dispose();
        }
    }

    /// <summary>KeyValue{1 key, 2 v_type, 3 v_str, 4 v_bool, 5 v_int64, 6 v_float64, 7 v_binary}.</summary>
    private static bool TryReadTag(ReadOnlySpan<byte> message, out JaegerTag tag)
    {
        tag = default;
        ReadOnlySpan<byte> text = default, binary = default;
        ulong type = 0, flag = 0, integer = 0, real = 0;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var read = (field, wireType) switch
            {
                (1, 2) => reader.TryReadBytes(out tag.Key),
                (2, 0) => reader.TryReadVarint(out type),
                (3, 2) => reader.TryReadBytes(out text),
                (4, 0) => reader.TryReadVarint(out flag),
                (5, 0) => reader.TryReadVarint(out integer),
                (6, 1) => reader.TryReadFixed64(out real),
                (7, 2) => reader.TryReadBytes(out binary),
                _ => reader.TrySkip(wireType),
            };
            if (!read) return false;
        }

        switch ((int)type)
        {
            case 0:
                tag.Type = JaegerTagType.String;
                tag.Text = text;
                break;
            case 1:
                tag.Type = JaegerTagType.Bool;
                tag.Number = flag != 0 ? 1 : 0;
                break;
            case 2:
                tag.Type = JaegerTagType.Long;
                tag.Number = (long)integer;
                break;
            case 3:
                tag.Type = JaegerTagType.Double;
                tag.Number = (long)real;
                break;
            case 4:
                tag.Type = JaegerTagType.Binary;
                tag.Text = binary;
                break;
            default:
                tag.Type = JaegerTagType.Unknown;
                tag.Number = (int)type;
                break;
        }

        return true;
    }

    /// <summary>The last occurrence of a message field; empty where there is none. False where the message is malformed.</summary>
    private static bool TryLast(ReadOnlySpan<byte> message, int wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (!(field == wanted && wireType == 2 ? reader.TryReadBytes(out value) : reader.TrySkip(wireType))) return false;
        }

        return true;
    }
}
