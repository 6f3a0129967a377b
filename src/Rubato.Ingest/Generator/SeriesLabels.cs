using Rubato.Model.Otlp;

namespace Rubato.Ingest.Generator;

/// <summary>
/// The labels of a series as they stand in a request of remote write, so that a collection copies them instead of writing them anew for each sample. In byte order of the names, with gaps
/// where <c>__name__</c> and <c>le</c> belong.
/// </summary>
internal sealed class SeriesLabels
{
    private readonly byte[] _bytes;
    private readonly int _nameAt;
    private readonly int _leAt;

    private SeriesLabels(byte[] bytes, int nameAt, int leAt) => (_bytes, _nameAt, _leAt) = (bytes, nameAt, leAt);

    public ReadOnlySpan<byte> BeforeName => _bytes.AsSpan(0, _nameAt);

    public ReadOnlySpan<byte> BeforeLe => _bytes.AsSpan(_nameAt, _leAt - _nameAt);

    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_leAt);

    /// <param name="labels">Sorted by name in byte order, without <c>__name__</c> and <c>le</c>, no value empty.</param>
    public static SeriesLabels Of(ReadOnlySpan<KeyValuePair<string, string>> labels)
    {
        var writer = new ProtoWriter(256);
        var (nameAt, leAt) = (-1, -1);
        foreach (var (name, value) in labels)
        {
            if (nameAt < 0 && string.CompareOrdinal("__name__", name) < 0) nameAt = writer.Length;
            if (leAt < 0 && string.CompareOrdinal("le", name) < 0) leAt = writer.Length;
            Write(writer, name, value);
        }

        return new SeriesLabels(writer.ToArray(), nameAt < 0 ? writer.Length : nameAt, leAt < 0 ? writer.Length : leAt);
    }

    /// <summary>One label, as it stands in a series or an exemplar.</summary>
    public static byte[] Bytes(string name, string value)
    {
        var writer = new ProtoWriter(64);
        Write(writer, name, value);
        return writer.ToArray();
    }

    private static void Write(ProtoWriter writer, string name, string value)
    {
        var label = writer.BeginMessage(1);
        writer.WriteString(1, name);
        writer.WriteString(2, value);
        writer.EndMessage(label);
    }
}
