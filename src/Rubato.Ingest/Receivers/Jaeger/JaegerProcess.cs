using System.Buffers;
using System.Text;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>
/// A process as it becomes a resource (spec/wire-formats.md 4). Its tags are collected first: of a key that comes twice the last one
/// counts, and <c>hostname</c> is renamed only where no <c>host.name</c> is.
/// </summary>
/// <param name="source">The request, in which all keys and texts lie.</param>
internal ref struct JaegerProcess(ReadOnlySpan<byte> source)
{
    /// <summary>Fewer tags are compared pair by pair; more are hashed, so that no process takes quadratic time.</summary>
    private const int FewTags = 24;

    private readonly ReadOnlySpan<byte> _source = source;
    private Kept[] _tags = ArrayPool<Kept>.Shared.Rent(FewTags);
    private int _count;

    public ReadOnlySpan<byte> ServiceName { get; set; }

    public void Add(JaegerTag tag)
    {
        if (_count == _tags.Length)
        {
            var larger = ArrayPool<Kept>.Shared.Rent(_count * 2);
            _tags.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<Kept>.Shared.Return(_tags);
            _tags = larger;
        }

        _tags[_count++] = new Kept(Place.Find(_source, tag.Key), Place.Find(_source, tag.Text), tag.Type, tag.Number);
    }

    /// <summary>Writes the attributes into the resource that is open.</summary>
    public readonly void Write(ProtoWriter writer)
    {
        DropRepeated();
        int service = Find("service.name"u8), host = Find("host.name"u8), version = Find("opencensus.exporterversion"u8), jaeger = Find("jaeger.version"u8);
        // The tag comes later than the process' own name, so it counts.
        if (service < 0 && ServiceName.Length > 0) OtlpAttribute.Text(writer, OtlpAttribute.OfResource, "service.name"u8, ServiceName);
        for (var i = 0; i < _count; i++)
        {
            var kept = _tags[i];
            if (kept.IsDropped) continue;
            var tag = kept.Of(_source);
            if (host < 0 && tag.IsText("hostname"u8)) tag.Key = "host.name"u8;
            if (tag.IsText("jaeger.version"u8))
                OtlpAttribute.Text(writer, OtlpAttribute.OfResource, "opencensus.exporterversion"u8, "Jaeger-"u8, tag.Text);
            else if (i != version || jaeger < 0 || _tags[jaeger].Type != JaegerTagType.String)
                tag.Write(writer, OtlpAttribute.OfResource);
        }
    }

    public readonly void Dispose() => ArrayPool<Kept>.Shared.Return(_tags);

    private readonly int Find(scoped ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < _count; i++)
        {
            if (!_tags[i].IsDropped && _tags[i].Key.Of(_source).SequenceEqual(key)) return i;
        }

        return -1;
    }

    private readonly void DropRepeated()
    {
        if (_count > FewTags)
        {
            // One text a byte: the keys need not be text at all.
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = _count - 1; i >= 0; i--) _tags[i].IsDropped = !seen.Add(Encoding.Latin1.GetString(_tags[i].Key.Of(_source)));
            return;
        }

        for (var i = 0; i < _count; i++)
        {
            var key = _tags[i].Key.Of(_source);
            for (var later = i + 1; later < _count && !_tags[i].IsDropped; later++)
                _tags[i].IsDropped = _tags[later].Key.Of(_source).SequenceEqual(key);
        }
    }

    private record struct Kept(Place Key, Place Text, JaegerTagType Type, long Number)
    {
        public bool IsDropped { get; set; }

        public readonly JaegerTag Of(ReadOnlySpan<byte> source) => new() { Key = Key.Of(source), Text = Text.Of(source), Type = Type, Number = Number };
    }
}
