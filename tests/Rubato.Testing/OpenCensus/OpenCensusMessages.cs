using Rubato.Model.Otlp;

namespace Rubato.Testing.OpenCensus;

/// <summary>Messages of an OpenCensus agent stream, written by hand from the table (spec/wire-formats.md 6), since no sender could be had.</summary>
public static class OpenCensusMessages
{
    /// <param name="service">Empty: the message has no node.</param>
    public static byte[] Request(string service, params Action<ProtoWriter>[] spans)
    {
        var writer = new ProtoWriter();
        if (service.Length > 0)
        {
            Message(writer, 1, node =>
            {
                Message(node, 1, id =>
                {
                    id.WriteString(1, "host-1");
                    id.WriteVarint(2, 77);
                    Message(id, 3, at => at.WriteVarint(1, 1_700_000_000));
                });
                Message(node, 2, library =>
                {
                    library.WriteVarint(1, 4);
                    library.WriteString(2, "0.9");
                    library.WriteString(3, "0.22");
                });
                Message(node, 3, info => info.WriteString(1, service));
                Entry(node, 4, "team", "blue");
            });
        }

        foreach (var span in spans) Message(writer, 2, span);
        return writer.ToArray();
    }

    /// <summary>A span with one of everything.</summary>
    public static Action<ProtoWriter> Span(string traceId, ulong id, ulong startNano, bool ownResource = false) => span =>
    {
        span.WriteBytes(1, Convert.FromHexString(traceId));
        span.WriteBytes(2, Convert.FromHexString(id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture)));
        span.WriteBytes(3, new byte[8]);
        Message(span, 4, name => name.WriteString(1, "GET /cart"));
        Message(span, 5, at => Time(at, startNano));
        Message(span, 6, at => Time(at, startNano + 1_500_000));
        Message(span, 7, attributes =>
        {
            Attribute(attributes, "s", v => Message(v, 1, t => t.WriteString(1, "x")));
            Attribute(attributes, "i", v => v.WriteVarint(2, 7));
            Attribute(attributes, "b", v => v.WriteVarint(3, 1));
            Attribute(attributes, "d", v => v.WriteFixed64(4, BitConverter.DoubleToUInt64Bits(0.5)));
            Attribute(attributes, "span.kind", v => Message(v, 1, t => t.WriteString(1, "producer")));
            attributes.WriteVarint(2, 3);
        });
        Message(span, 9, events =>
        {
            Message(events, 1, e =>
            {
                Message(e, 1, at => Time(at, startNano + 1000));
                Message(e, 2, a =>
                {
                    Message(a, 1, t => t.WriteString(1, "retry"));
                    Message(a, 2, attributes => Attribute(attributes, "n", v => v.WriteVarint(2, 2)));
                });
            });
            Message(events, 1, e => Message(e, 3, m =>
            {
                m.WriteVarint(1, 1);
                m.WriteVarint(2, 5);
                m.WriteVarint(3, 100);
            }));
            events.WriteVarint(2, 1);
            events.WriteVarint(3, 2);
        });
        Message(span, 10, links =>
        {
            Message(links, 1, link =>
            {
                link.WriteBytes(1, Convert.FromHexString("0102030405060708090a0b0c0d0e0f10"));
                link.WriteBytes(2, Convert.FromHexString("0102030405060708"));
                link.WriteVarint(3, 1);
            });
            links.WriteVarint(2, 4);
        });
        Message(span, 11, status =>
        {
            status.WriteVarint(1, 5);
            status.WriteString(2, "not found");
        });
        Message(span, 12, same => same.WriteVarint(1, 1));
        Message(span, 15, state =>
        {
            Entry(state, 1, "k", "v");
            Entry(state, 1, "l", "w");
        });
        if (ownResource) Message(span, 16, resource =>
        {
            resource.WriteString(1, "container");
            Entry(resource, 2, "cloud.zone", "z1");
        });
    };

    private static void Time(ProtoWriter writer, ulong nano)
    {
        writer.WriteVarint(1, nano / 1_000_000_000);
        writer.WriteVarint(2, nano % 1_000_000_000);
    }

    private static void Attribute(ProtoWriter attributes, string key, Action<ProtoWriter> value) => Message(attributes, 1, entry =>
    {
        entry.WriteString(1, key);
        Message(entry, 2, value);
    });

    private static void Entry(ProtoWriter writer, int field, string key, string value) => Message(writer, field, entry =>
    {
        entry.WriteString(1, key);
        entry.WriteString(2, value);
    });

    private static void Message(ProtoWriter writer, int field, Action<ProtoWriter> content)
    {
        var start = writer.BeginMessage(field);
        content(writer);
        writer.EndMessage(start);
    }
}
