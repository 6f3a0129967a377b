using System.Globalization;
using System.Text.Json;
using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Ingest.Receivers.Zipkin;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Files;

/// <summary>
/// A file with traces as people keep and pass them on: OTLP, Jaeger's or Zipkin's JSON, told apart by what is in it. Becomes the OTLP that all other requests
/// become, all of it or none: who opens a file wants to know what is wrong with it, not to see a part.
/// </summary>
public static class TraceFile
{
    /// <param name="file">UTF-8; a byte order mark is allowed.</param>
    /// <returns>A protobuf <c>TracesData</c> with one span at least, all of them with good ids.</returns>
    /// <exception cref="InvalidDataException">It is none of the formats, or something in it is wrong: what and where stand in the message.</exception>
    public static byte[] ToOtlp(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("\uFEFF"u8)) file = file[3..];
        var values = TraceFileValues.Read(file.Span);
        var (otlp, badId) = values[0].Format switch
        {
            TraceFileFormat.Jaeger => (FromJaeger(file), null),
            TraceFileFormat.Zipkin => (FromZipkin(file.Span, values), null),
            _ => FromOtlp(file.Span, values),
        };
        var check = OtlpValidator.Check(otlp);
        if (!check.IsWellFormed) throw new InvalidDataException(check.Error);
        if (check.Counts.BadIds > 0) throw BadIds(check.Counts, badId);
        return check.Counts.Accepted > 0 ? otlp : throw new InvalidDataException($"the file has no spans (read as {values[0].Format})");
    }

    private static InvalidDataException BadIds(in OtlpCounts counts, string? first) => new(
        string.Create(CultureInfo.InvariantCulture, $"{counts.BadIds} of {counts.Spans} spans have no valid id: {counts.BadIdMessage}") + (first is null ? "" : "; the first: " + first));

    private static (byte[] Otlp, string? BadId) FromOtlp(ReadOnlySpan<byte> file, List<TraceFileValue> values)
    {
        var output = new ProtoWriter(1024 + file.Length);
        string? badId = null;
        for (var i = 0; i < values.Count; i++)
        {
            // Messages of one kind behind each other are one message with all their parts.
            var result = OtlpJson.TranscodeFile(file[values[i].Start..values[i].End], output);
            var value = values.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"value {i + 1} of {values.Count}: ") : "";
            if (result.Error is not null) throw new InvalidDataException(value + result.Error);
            if (result.BadId is not null) badId ??= value + result.BadId;
        }

        return (output.ToArray(), badId);
    }

    private static byte[] FromJaeger(ReadOnlyMemory<byte> file)
    {
        using var output = new OtlpTranslation(file.Length);
        using var json = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = TraceFileValues.MaxDepth });
        new JaegerJsonTranslator(output, file.Length).Translate(json.RootElement);
        return output.Request.ToArray();
    }

    private static byte[] FromZipkin(ReadOnlySpan<byte> file, List<TraceFileValue> arrays)
    {
        using var batch = new ZipkinBatch(file.Length);
        using var output = new OtlpTranslation(file.Length);
        for (var i = 0; i < arrays.Count; i++)
        {
            var before = batch.Spans.Length;
            try
            {
                ZipkinJsonReader.Read(file[arrays[i].Start..arrays[i].End], batch);
            }
            catch (InvalidDataException e)
            {
                var outer = arrays.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"[{i}]") : "";
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"invalid Zipkin JSON: {outer}[{batch.Spans.Length - before}]: {e.Message}"), e);
            }
        }

        // Texts stay texts: nobody configured otherwise for a file.
        new ZipkinTranslator(parseStringTags: false).Write(batch, output);
        return output.Request.ToArray();
    }
}
