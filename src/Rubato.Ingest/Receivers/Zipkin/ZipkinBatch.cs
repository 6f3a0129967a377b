using System.Buffers;
using System.Text.Json;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>
/// The spans of one request, whatever its encoding, as lists of values over one buffer of texts: no object for a span, no string for a tag. Readers fill it,
/// translators read it. All arrays are pooled; the owner disposes it.
/// </summary>
/// <remarks>A span's tags and annotations lie next to each other, since readers finish one span before the next.</remarks>
internal sealed class ZipkinBatch : IDisposable
{
    private byte[] _texts;
    private int _textLength;
    private PooledList<ZipkinSpan> _spans = new(256);
    private PooledList<ZipkinTag> _tags = new(2048);
    private PooledList<ZipkinAnnotation> _annotations = new(256);

    /// <param name="sourceBytes">Length of the request: texts are never longer, as an escape is longer than what it stands for.</param>
    public ZipkinBatch(int sourceBytes) => _texts = ArrayPool<byte>.Shared.Rent(Math.Max(sourceBytes, 64));

    public ReadOnlySpan<byte> Texts => _texts.AsSpan(0, _textLength);

    public Span<ZipkinSpan> Spans => _spans.Items;

    public int TagCount => _tags.Count;

    public int AnnotationCount => _annotations.Count;

    public ReadOnlySpan<byte> TextOf(Place place) => _texts.AsSpan(place.At, place.Length);

    public Span<ZipkinTag> TagsOf(in ZipkinSpan span) => _tags.Items.Slice(span.FirstTag, span.TagCount);

    public ReadOnlySpan<ZipkinAnnotation> AnnotationsOf(in ZipkinSpan span) => _annotations.Items.Slice(span.FirstAnnotation, span.AnnotationCount);

    public Place AddText(ReadOnlySpan<byte> text)
    {
        // Thrift and protobuf may use bytes of a request twice only by writing them twice, so this holds there too.
        if (text.Length > _texts.Length - _textLength) GrowTexts(text.Length);
        text.CopyTo(_texts.AsSpan(_textLength));
        _textLength += text.Length;
        return new Place(_textLength - text.Length, text.Length);
    }

    /// <summary>The string or property name that the reader stands on, without its escapes.</summary>
    /// <exception cref="InvalidDataException">Escapes that stand for no text.</exception>
    public Place AddText(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped) return AddText(json.ValueSpan);
        if (json.ValueSpan.Length > _texts.Length - _textLength) GrowTexts(json.ValueSpan.Length);
        try
        {
            var length = json.CopyString(_texts.AsSpan(_textLength));
            _textLength += length;
            return new Place(_textLength - length, length);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException("a text has a \\u escape that is half of a character");
        }
    }

    public void AddTag(in ZipkinTag tag) => _tags.Add(tag);

    public void AddAnnotation(in ZipkinAnnotation annotation) => _annotations.Add(annotation);

    public void AddSpan(in ZipkinSpan span) => _spans.Add(span);

    public void Dispose()
    {
        var texts = _texts;
        _texts = [];
        if (texts.Length > 0) ArrayPool<byte>.Shared.Return(texts);
        _spans.Dispose();
        _tags.Dispose();
        _annotations.Dispose();
    }

    private void GrowTexts(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _texts.Length, checked(_textLength + more)));
        Texts.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_texts);
        _texts = larger;
    }
}
