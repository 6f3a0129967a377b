namespace Rubato.Commands.Load.Encodings;

/// <summary>A resource of a request of the load with its one scope; attributes are read from <see cref="Resource"/>, spans from <see cref="ScopeSpans"/>.</summary>
internal readonly ref struct SentResource
{
    public const int AttributeField = 1;
    public const int SpanField = 2;

    public SentResource(ReadOnlySpan<byte> resourceSpans)
    {
        foreach (ProtoField field in new ProtoFields(resourceSpans))
        {
            if (field.Number == 1)
            {
                Resource = field.Content;
            }
            else if (field.Number == 2)
            {
                ScopeSpans = field.Content;
            }
        }

        foreach (ProtoField field in new ProtoFields(Resource))
        {
            var attribute = new SentAttribute(field.Content);
            if (attribute.IsServiceName)
            {
                ServiceName = attribute.Text;
            }
        }

        foreach (ProtoField field in new ProtoFields(ScopeSpans))
        {
            if (field.Number == SpanField)
            {
                SpanCount++;
                continue;
            }

            foreach (ProtoField part in new ProtoFields(field.Content))
            {
                if (part.Number == 1)
                {
                    ScopeName = part.Content;
                }
                else if (part.Number == 2)
                {
                    ScopeVersion = part.Content;
                }
            }
        }
    }

    public ReadOnlySpan<byte> Resource { get; }

    public ReadOnlySpan<byte> ServiceName { get; }

    public ReadOnlySpan<byte> ScopeSpans { get; }

    public int SpanCount { get; }

    public ReadOnlySpan<byte> ScopeName { get; }

    public ReadOnlySpan<byte> ScopeVersion { get; }
}
