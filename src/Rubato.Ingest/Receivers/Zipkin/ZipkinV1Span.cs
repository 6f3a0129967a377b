using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>
/// Version 1 says with annotations what version 2 has fields for: <c>cs</c>, <c>sr</c> and the like are kinds and times, their hosts are the sender. Collects them while a
/// reader goes through a span, and puts the span into the batch in the form of version 2 (spec/wire-formats.md 5.5).
/// </summary>
internal ref struct ZipkinV1Span(ZipkinBatch batch)
{
    private readonly ZipkinBatch _batch = batch;
    private ZipkinEndpoint _ofKind;
    private Place _ofBinary;
    private Place _localComponent;
    private ulong _first;
    private ulong _last;

    /// <summary>Ids, name and times, as far as they are fields.</summary>
    public ZipkinSpan Span = new() { FirstTag = batch.TagCount, FirstAnnotation = batch.AnnotationCount };

    public bool HasTimestampField;
    public bool HasDurationField;

    public void AddAnnotation(ulong timestamp, Place value, in ZipkinEndpoint host)
    {
        if (timestamp > 0)
        {
            _first = _first == 0 ? timestamp : Math.Min(_first, timestamp);
            _last = Math.Max(_last, timestamp);
        }

        var kind = KindOf(_batch.TextOf(value));
        if (kind == ZipkinKind.Unspecified)
        {
            _batch.AddAnnotation(new ZipkinAnnotation(timestamp, value));
            return;
        }

        if (Span.Kind == ZipkinKind.Unspecified) Span.Kind = kind;
        if (_ofKind.ServiceName.Length == 0 && host.ServiceName.Length > 0) _ofKind = host;
    }

    public void AddBinaryAnnotation(ZipkinTag tag, in ZipkinEndpoint host)
    {
        if (host.ServiceName.Length > 0) _ofBinary = host.ServiceName;
        if (_batch.TextOf(tag.Key).SequenceEqual("lc"u8))
        {
            _localComponent = tag.Text;
            tag = tag with { Key = _batch.AddText("component"u8) };
        }

        _batch.AddTag(tag);
    }

    public void End()
    {
        Span.Local = _ofKind;
        if (_ofKind.ServiceName.Length == 0)
        {
            var name = _ofBinary.Length > 0 ? _ofBinary : _localComponent.Length > 0 ? _localComponent : _batch.AddText("unknown-service"u8);
            Span.Local = new ZipkinEndpoint(name, default, default, 0);
        }

        if (!HasTimestampField || Span.Timestamp == 0) Span.Timestamp = _first;
        if (!HasDurationField && _last > Span.Timestamp) Span.Duration = _last - Span.Timestamp;
        Span.HasTimestamp = Span.Timestamp > 0;
        Span.TagCount = _batch.TagCount - Span.FirstTag;
        Span.AnnotationCount = _batch.AnnotationCount - Span.FirstAnnotation;
        _batch.AddSpan(Span);
    }

    private static ZipkinKind KindOf(ReadOnlySpan<byte> annotation)
    {
        if (annotation.Length != 2) return ZipkinKind.Unspecified;
        return (annotation[0], annotation[1]) switch
        {
            ((byte)'c', (byte)'s' or (byte)'r') => ZipkinKind.Client,
            ((byte)'s', (byte)'s' or (byte)'r') => ZipkinKind.Server,
            ((byte)'m', (byte)'s') => ZipkinKind.Producer,
            ((byte)'m', (byte)'r') => ZipkinKind.Consumer,
            _ => ZipkinKind.Unspecified,
        };
    }
}
