using System.Buffers;
using System.Buffers.Binary;
using Rubato.Model.Columns;

namespace Rubato.Model.Otlp;

public static partial class OtlpReader
{
    private static int InternResource(in OtlpContainer container, SpanBatchBuilder builder)
    {
        var row = Intern(in container, builder, out var added);
        if (!added) return row;
        uint dropped = 0;
        var reader = new WireReader(container.Owner);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (field == 2 && wireType == 0)
            {
                if (!reader.TryReadVarint(out var number)) break;
                dropped = (uint)number;
            }
            else if (!reader.TrySkip(wireType))
            {
                break;
            }
        }

        builder.SetResourceFields(row, dropped, container.SchemaUrl);
        OtlpAttributes.AddAll(builder.Resources, row, container.Owner, attributeField: 1);
        return row;
    }

    private static int InternScope(in OtlpContainer container, SpanBatchBuilder builder)
    {
        var row = Intern(in container, builder, out var added);
        if (!added) return row;
        uint dropped = 0;
        ReadOnlySpan<byte> name = default, version = default;
        var reader = new WireReader(container.Owner);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            switch (field, wireType)
            {
                case (1, 2) when reader.TryReadBytes(out name):
                case (2, 2) when reader.TryReadBytes(out version):
                    break;
                case (4, 0) when reader.TryReadVarint(out var number):
                    dropped = (uint)number;
                    break;
                default:
                    if (!reader.TrySkip(wireType)) goto end;
                    break;
            }
        }

        end:
        builder.SetScopeFields(row, name, version, dropped, container.SchemaUrl);
        OtlpAttributes.AddAll(builder.Scopes, row, container.Owner, attributeField: 3);
        return row;
    }

    /// <summary>
    /// The identity of a resource or scope is its message, its schema url and the url's length: the length keeps apart
    /// messages that would run into each other.
    /// </summary>
    private static int Intern(in OtlpContainer container, SpanBatchBuilder builder, out bool added)
    {
        const int onStack = 1024;
        var length = container.Owner.Length + container.SchemaUrl.Length + sizeof(int);
        var rented = length > onStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var identity = rented is null ? stackalloc byte[onStack] : rented.AsSpan();
        identity = identity[..length];
        container.Owner.CopyTo(identity);
        container.SchemaUrl.CopyTo(identity[container.Owner.Length..]);
        BinaryPrimitives.WriteInt32LittleEndian(identity[^sizeof(int)..], container.SchemaUrl.Length);
        var row = container.Kind == OtlpMessage.ResourceSpans
            ? builder.GetOrAddResource(identity, out added)
            : builder.GetOrAddScope(identity, out added);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return row;
    }
}
