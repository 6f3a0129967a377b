using System.Buffers;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>
/// Zipkin version 2 as OTLP (spec/wire-formats.md 5.4): one resource for each local service name, one scope for each library name, in the order of these
/// names; spans of one keep their order.
/// </summary>
/// <param name="parseStringTags">Whether tags that look like numbers or booleans become such.</param>
internal sealed partial class ZipkinTranslator(bool parseStringTags)
{
    /// <exception cref="InvalidDataException">A packed link is malformed; the message is for the sender.</exception>
    public void Write(ZipkinBatch batch, OtlpTranslation output)
    {
        var spans = batch.Spans;
        if (spans.IsEmpty) return;
        var order = ArrayPool<int>.Shared.Rent(spans.Length);
        try
        {
            for (var i = 0; i < spans.Length; i++) order[i] = i;
            // Nearly every request is of one service with one library: then there is nothing to sort.
            if (!IsSorted(batch)) order.AsSpan(0, spans.Length).Sort(new ByNames(batch));
            for (var i = 0; i < spans.Length;) i = WriteResource(batch, order.AsSpan(0, spans.Length), i, output);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(order);
        }
    }

    private static bool IsSorted(ZipkinBatch batch)
    {
        var spans = batch.Spans;
        for (var i = 1; i < spans.Length; i++)
        {
            if (ByNames.CompareNames(batch, spans[i - 1], spans[i]) > 0) return false;
        }

        return true;
    }

    private int WriteResource(ZipkinBatch batch, ReadOnlySpan<int> order, int from, OtlpTranslation output)
    {
        ref readonly var first = ref batch.Spans[order[from]];
        var service = batch.TextOf(first.Local.ServiceName);
        output.BeginResource();
        WriteResourceAttributes(batch, first, service, output);
        output.EndResourceAttributes();
        var i = from;
        for (; i < order.Length && batch.TextOf(batch.Spans[order[i]].Local.ServiceName).SequenceEqual(service); i++) WriteSpan(batch, batch.Spans[order[i]], output);
        output.EndResource();
        return i;
    }

    private static void WriteResourceAttributes(ZipkinBatch batch, in ZipkinSpan first, ReadOnlySpan<byte> service, OtlpTranslation output)
    {
        var source = TagOf(batch, first, ZipkinTagNames.ServiceNameSource);
        var serviceKey = source.IsEmpty ? "service.name"u8 : source;
        if (!service.IsEmpty) OtlpAttribute.Text(output.Writer, OtlpAttribute.OfResource, serviceKey, service);
        foreach (ref readonly var tag in batch.TagsOf(first))
        {
            var key = batch.TextOf(tag.Key);
            if (!ZipkinTagNames.IsOfResource(key) || (!service.IsEmpty && key.SequenceEqual(serviceKey))) continue;
            OtlpAttribute.Text(output.Writer, OtlpAttribute.OfResource, key, batch.TextOf(tag.Text));
        }
    }

    private static ReadOnlySpan<byte> TagOf(ZipkinBatch batch, in ZipkinSpan span, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var tag in batch.TagsOf(span))
        {
            if (batch.TextOf(tag.Key).SequenceEqual(name)) return batch.TextOf(tag.Text);
        }

        return [];
    }

    /// <summary>By service, library, then place in the request, which makes an unstable sort stable.</summary>
    private sealed class ByNames(ZipkinBatch batch) : IComparer<int>
    {
        public static int CompareNames(ZipkinBatch batch, in ZipkinSpan a, in ZipkinSpan b)
        {
            var services = batch.TextOf(a.Local.ServiceName).SequenceCompareTo(batch.TextOf(b.Local.ServiceName));
            return services != 0 ? services : TagOf(batch, a, ZipkinTagNames.ScopeName).SequenceCompareTo(TagOf(batch, b, ZipkinTagNames.ScopeName));
        }

        public int Compare(int x, int y)
        {
            var names = CompareNames(batch, batch.Spans[x], batch.Spans[y]);
            return names != 0 ? names : x.CompareTo(y);
        }
    }
}
