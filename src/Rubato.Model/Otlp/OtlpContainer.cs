namespace Rubato.Model.Otlp;

/// <summary>What a ResourceSpans or ScopeSpans message says about its items, wherever in the message it says so.</summary>
internal ref struct OtlpContainer
{
    public OtlpMessage Kind;

    /// <summary>The Resource or InstrumentationScope message.</summary>
    public ReadOnlySpan<byte> Owner;

    public ReadOnlySpan<byte> SchemaUrl;

    /// <summary>Field that holds the items; 0 when there are none.</summary>
    public int ItemField;

    public static OtlpContainer Scan(ReadOnlySpan<byte> message, OtlpMessage kind)
    {
        var found = new OtlpContainer { Kind = kind };
        var (current, deprecated) = (false, false);
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (wireType != 2)
            {
                if (!reader.TrySkip(wireType)) break;
                continue;
            }

            if (!reader.TryReadBytes(out var value)) break;
            switch (field)
            {
                case 1:
                    // Protobuf merges a message that comes twice, and merging is concatenation. Nobody sends that, so it may allocate.
                    found.Owner = found.Owner.IsEmpty ? value : (byte[])[.. found.Owner, .. value];
                    break;
                case 2:
                    current = true;
                    break;
                case 3:
                    found.SchemaUrl = value;
                    break;
                case OtlpSchema.DeprecatedScopeSpans:
                    deprecated = true;
                    break;
            }
        }

        found.ItemField = current ? 2 : deprecated && kind == OtlpMessage.ResourceSpans ? OtlpSchema.DeprecatedScopeSpans : 0;
        return found;
    }
}
