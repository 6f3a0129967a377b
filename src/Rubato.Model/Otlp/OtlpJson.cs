using System.Text.Json;

namespace Rubato.Model.Otlp;

/// <summary>
/// Turns an OTLP/JSON request (spec/wire-formats.md 1.4) into the same request as protobuf, which then goes the one way that
/// all requests go. Ids of a wrong length are carried over as they are: whoever checks the protobuf finds them.
/// </summary>
public static class OtlpJson
{
    // A level of lists in a value is four JSON levels; the way down to a link's attribute is less than 16. Four levels more,
    // so that values nested too deeply are named as such and not as deep JSON.
    public const int MaxJsonDepth = 16 + (4 * (AnyValueReader.MaxDepth + 1));

    /// <param name="json">The whole body, UTF-8. A byte order mark is allowed.</param>
    /// <param name="output">Gets the protobuf request; rubbish when there is an error.</param>
    public static OtlpJsonResult Transcode(ReadOnlySpan<byte> json, ProtoWriter output) => Transcode(json, output, isFile: false);

    /// <summary>
    /// As <see cref="Transcode"/>, for what other programs keep in files and Tempo's API answers: ids in base64 too, <c>batches</c>, and the names that OTLP had before
    /// its first version. Also tells where the first id of a wrong length stands.
    /// </summary>
    public static OtlpJsonResult TranscodeFile(ReadOnlySpan<byte> json, ProtoWriter output) => Transcode(json, output, isFile: true);

    private static OtlpJsonResult Transcode(ReadOnlySpan<byte> json, ProtoWriter output, bool isFile)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxJsonDepth });
        var transcoder = new OtlpJsonTranscoder(reader, output, isFile);
        try
        {
            transcoder.Run();
        }
        catch (OtlpJsonException e)
        {
            return new OtlpJsonResult($"invalid OTLP JSON: {OtlpJsonPath.At(json, transcoder.Position, MaxJsonDepth)}: {e.Message}", null);
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair: the reader compares names only as whole characters.
            return new OtlpJsonResult($"invalid OTLP JSON: {OtlpJsonPath.At(json, transcoder.Position, MaxJsonDepth)}: a name that is not valid Unicode", null);
        }
        catch (JsonException e)
        {
            return new OtlpJsonResult($"invalid OTLP JSON: {Reason(e)}", null);
        }

        var badId = transcoder.NotHexPosition is { } at
            ? $"{OtlpJsonPath.At(json, at, MaxJsonDepth)}: ids are hexadecimal in OTLP JSON, this one is not"
            : transcoder.WrongLengthPosition is { } wrong ? OtlpJsonPath.At(json, wrong, MaxJsonDepth) : null;
        return new OtlpJsonResult(null, badId);
    }

    // The reader's text ends with what may be the sender's data on the place; the place is what helps.
    private static string Reason(JsonException e) =>
        e.Message.StartsWith("The maximum configured depth", StringComparison.Ordinal)
            ? string.Create(null, $"nested too deeply at line {e.LineNumber + 1}, byte {e.BytePositionInLine}")
            : string.Create(null, $"{e.Message.Split(" LineNumber:")[0]} Line {e.LineNumber + 1}, byte {e.BytePositionInLine}.");
}

/// <param name="Error">For the sender: what is wrong and where; null when the request was transcoded.</param>
/// <param name="BadId">Where the first id stands that is not hexadecimal (in a file: or of a wrong length): such an id costs its span, and its length says nothing.</param>
public readonly record struct OtlpJsonResult(string? Error, string? BadId);

/// <summary>Leaves a request; never seen outside of <see cref="OtlpJson"/>.</summary>
internal sealed class OtlpJsonException(string message) : Exception(message);
