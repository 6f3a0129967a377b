using Rubato.Model.Otlp;
using Snappier;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Applies an endpoint's rules to request bodies on their way out. The log holds each body once for all endpoints, so only an endpoint with rules pays: for taking
/// its bodies apart and putting them together again.
/// </summary>
internal sealed class WriteRequestRelabeler(IReadOnlyList<RelabelRule> rules)
{
    /// <param name="body">A compressed WriteRequest.</param>
    /// <returns>The new body, null when nothing is left of it, and how many samples are not in it any more.</returns>
    public (byte[]? Body, int Dropped) Apply(byte[] body)
    {
        ReadOnlySpan<byte> plain = Snappy.DecompressToArray(body);
        var writer = new ProtoWriter(plain.Length);
        var reader = new WireReader(plain);
        var dropped = 0;
        while (!reader.AtEnd)
        {
            var start = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) throw Malformed();
            if (field == 1 && wireType == 2)
            {
                if (!reader.TryReadBytes(out var series)) throw Malformed();
                dropped += Series(series, writer);
            }
            else
            {
                if (!reader.TrySkip(wireType)) throw Malformed();
                Copy(plain[start..reader.Position], writer);
            }
        }

        return (writer.Length == 0 ? null : Snappy.CompressToArray(writer.Written), dropped);
    }

    /// <summary>Writes the series with its new labels; gives the samples of one that is dropped.</summary>
    private int Series(ReadOnlySpan<byte> series, ProtoWriter writer)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (samples, begin) = (0, -1);
        for (var pass = 0; pass < 2; pass++)
        {
            var reader = new WireReader(series);
            while (!reader.AtEnd)
            {
                var start = reader.Position;
                if (!reader.TryReadTag(out var field, out var wireType)) throw Malformed();
                ReadOnlySpan<byte> value = default;
                if (wireType == 2 ? !reader.TryReadBytes(out value) : !reader.TrySkip(wireType)) throw Malformed();
                if (pass == 1)
                {
                    if (field != 1) Copy(series[start..reader.Position], writer);
                }
                else if (field == 1)
                {
                    var (name, text) = Label(value);
                    labels[name] = text;
                }
                else if (field is 2 or 4)
                {
                    samples++;
                }
            }

            if (pass == 1) break;
            foreach (var rule in rules)
            {
                if (!rule.Apply(labels)) return samples;
            }

            if (labels.Count == 0) return samples;
            begin = writer.BeginMessage(1);
            foreach (var (name, text) in labels)
            {
                var label = writer.BeginMessage(1);
                writer.WriteString(1, name);
                writer.WriteString(2, text);
                writer.EndMessage(label);
            }
        }

        writer.EndMessage(begin);
        return 0;
    }

    private static (string Name, string Value) Label(ReadOnlySpan<byte> bytes)
    {
        var (name, value) = ("", "");
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out _) || !reader.TryReadBytes(out var text)) throw Malformed();
            if (field == 1) name = System.Text.Encoding.UTF8.GetString(text);
            else value = System.Text.Encoding.UTF8.GetString(text);
        }

        return (name, value);
    }

    private static void Copy(ReadOnlySpan<byte> bytes, ProtoWriter writer)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    private static InvalidDataException Malformed() => new("a request body of the remote write log is not a WriteRequest");
}
