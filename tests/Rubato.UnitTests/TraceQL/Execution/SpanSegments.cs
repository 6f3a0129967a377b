using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>Segments in memory made of plain spans.</summary>
internal static class SpanSegments
{
    /// <summary>Every string column takes its values for unique after the first: repeated ones are entries of their own.</summary>
    public static BatchLimits NothingInterned { get; } = new() { ProbeValues = 1 };

    public static SpanSnapshot Snapshot(params IEnumerable<Span>[] parts) => Snapshot(null, parts);

    public static SpanSnapshot Snapshot(BatchLimits? limits, params IEnumerable<Span>[] parts) => new([.. parts.Select(p => Of(p, limits))], [], 0, 0);

    public static BatchSegment Of(IEnumerable<Span> spans, BatchLimits? limits = null)
    {
        var builder = new SpanBatchBuilder(limits);
        foreach (var span in spans) Add(builder, span);
        return new BatchSegment(builder.Snapshot());
    }

    private static void Add(SpanBatchBuilder builder, Span span)
    {
        var resource = builder.GetOrAddResource(Identity(span.Resource.Attributes, ""), out var added);
        if (added) AddAttributes(builder, AttributeOwner.Resource, resource, span.Resource.Attributes);
        var scope = builder.GetOrAddScope(Identity(span.Scope.Attributes, span.Scope.Name + "\0" + span.Scope.Version), out added);
        if (added)
        {
            builder.SetScopeFields(scope, Utf8(span.Scope.Name), Utf8(span.Scope.Version), 0, []);
            AddAttributes(builder, AttributeOwner.Scope, scope, span.Scope.Attributes);
        }

        var row = builder.AddSpan(
            new SpanHeader
            {
                TraceId = span.TraceId,
                SpanId = span.SpanId,
                ParentSpanId = span.ParentSpanId,
                Name = Utf8(span.Name),
                Kind = (int)span.Kind,
                StatusCode = (int)span.StatusCode,
                StatusMessage = Utf8(span.StatusMessage),
                StartUnixNano = span.StartUnixNano,
                EndUnixNano = span.EndUnixNano,
            },
            resource,
            scope);
        AddAttributes(builder, AttributeOwner.Span, row, span.Attributes);
        foreach (var e in span.Events)
            AddAttributes(builder, AttributeOwner.Event, builder.AddEvent(e.TimeUnixNano, Utf8(e.Name), 0), e.Attributes);
        foreach (var link in span.Links)
            AddAttributes(builder, AttributeOwner.Link, builder.AddLink(link.TraceId, link.SpanId, [], 0, 0), link.Attributes);
    }

    private static void AddAttributes(SpanBatchBuilder builder, AttributeOwner owner, int row, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            switch (value.Kind)
            {
                case AttributeKind.String:
                    builder.AddString(owner, row, Utf8(key), Utf8(value.AsString));
                    break;
                case AttributeKind.Int:
                    builder.AddInt64(owner, row, Utf8(key), value.AsInt);
                    break;
                case AttributeKind.Double:
                    builder.AddDouble(owner, row, Utf8(key), value.AsDouble);
                    break;
                case AttributeKind.Bool:
                    builder.AddBool(owner, row, Utf8(key), value.AsBool);
                    break;
                default:
                    builder.AddAny(owner, row, Utf8(key), AnyValue(value));
                    break;
            }
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Identity(IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes, string rest) =>
        Utf8(rest + "\0" + string.Join('\0', attributes.Select(a => $"{a.Key}\0{Convert.ToHexString(AnyValue(a.Value))}")));

    /// <summary>The OTLP AnyValue message of a value (spec/wire-formats.md 1.2).</summary>
    private static byte[] AnyValue(AttributeValue value)
    {
        var writer = new ArrayBufferWriter<byte>();
        switch (value.Kind)
        {
            case AttributeKind.String:
                Field(writer, 0x0A, Utf8(value.AsString));
                break;
            case AttributeKind.Bool:
                writer.Write([(byte)0x10, value.AsBool ? (byte)1 : (byte)0]);
                break;
            case AttributeKind.Int:
                writer.Write([(byte)0x18]);
                Varint(writer, (ulong)value.AsInt);
                break;
            case AttributeKind.Double:
                writer.Write([(byte)0x21]);
                var bits = new byte[8];
                BinaryPrimitives.WriteDoubleLittleEndian(bits, value.AsDouble);
                writer.Write(bits);
                break;
            case AttributeKind.Array:
                var array = new ArrayBufferWriter<byte>();
                foreach (var element in value.AsArray) Field(array, 0x0A, AnyValue(element));
                Field(writer, 0x2A, array.WrittenSpan);
                break;
            case AttributeKind.Bytes:
                Field(writer, 0x3A, value.AsBytes);
                break;
            case AttributeKind.Empty:
                break;
            default:
                throw new NotSupportedException(value.Kind.ToString());
        }

        return writer.WrittenSpan.ToArray();
    }

    private static void Field(ArrayBufferWriter<byte> writer, byte tag, ReadOnlySpan<byte> body)
    {
        writer.Write([tag]);
        Varint(writer, (ulong)body.Length);
        writer.Write(body);
    }

    private static void Varint(ArrayBufferWriter<byte> writer, ulong value)
    {
        for (; value >= 0x80; value >>= 7) writer.Write([(byte)(value | 0x80)]);
        writer.Write([(byte)value]);
    }
}
