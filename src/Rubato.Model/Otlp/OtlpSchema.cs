namespace Rubato.Model.Otlp;

/// <summary>The messages of an OTLP trace request (spec/wire-formats.md 1.1 and 1.2). Names are OTLP's: they stand in error texts.</summary>
internal enum OtlpMessage : byte
{
    None,
    ExportTraceServiceRequest,
    ResourceSpans,
    Resource,
    ScopeSpans,
    InstrumentationScope,
    Span,
    Event,
    Link,
    Status,
    KeyValue,
    AnyValue,
    ArrayValue,
    KeyValueList,
}

/// <summary>Wire type and child message of every field, as a table: one loop can then check all messages.</summary>
internal static class OtlpSchema
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Length = 2;
    public const int Fixed32 = 5;

    /// <summary>Field of ResourceSpans that old senders use instead of scope_spans.</summary>
    public const int DeprecatedScopeSpans = 1000;

    private const int FieldBits = 5;

    // Index: message and field number. Value: 0 = unknown field, else wire type + 1 in the low 3 bits, child message above.
    private static readonly byte[] Table = Build();

    /// <summary>False for a field that this version does not know: to be skipped.</summary>
    public static bool TryGet(OtlpMessage message, int field, out int wireType, out OtlpMessage child)
    {
        var entry = (uint)field < 1u << FieldBits ? Table[((int)message << FieldBits) | field]
            : field == DeprecatedScopeSpans && message == OtlpMessage.ResourceSpans ? Length + 1
            : 0;
        wireType = (entry & 7) - 1;
        child = (OtlpMessage)(entry >> 3);
        return entry != 0;
    }

    private static byte[] Build()
    {
        var table = new byte[((int)OtlpMessage.KeyValueList + 1) << FieldBits];
        Set(OtlpMessage.ExportTraceServiceRequest, 1, Length, OtlpMessage.ResourceSpans);
        Set(OtlpMessage.ResourceSpans, 1, Length, OtlpMessage.Resource);
        Set(OtlpMessage.ResourceSpans, 2, Length, OtlpMessage.ScopeSpans);
        Set(OtlpMessage.ResourceSpans, 3, Length);
        Set(OtlpMessage.Resource, 1, Length, OtlpMessage.KeyValue);
        Set(OtlpMessage.Resource, 2, Varint);
        Set(OtlpMessage.ScopeSpans, 1, Length, OtlpMessage.InstrumentationScope);
        Set(OtlpMessage.ScopeSpans, 2, Length, OtlpMessage.Span);
        Set(OtlpMessage.ScopeSpans, 3, Length);
        Set(OtlpMessage.InstrumentationScope, 1, Length);
        Set(OtlpMessage.InstrumentationScope, 2, Length);
        Set(OtlpMessage.InstrumentationScope, 3, Length, OtlpMessage.KeyValue);
        Set(OtlpMessage.InstrumentationScope, 4, Varint);
        for (var field = 1; field <= 5; field++) Set(OtlpMessage.Span, field, Length);
        Set(OtlpMessage.Span, 6, Varint);
        Set(OtlpMessage.Span, 7, Fixed64);
        Set(OtlpMessage.Span, 8, Fixed64);
        Set(OtlpMessage.Span, 9, Length, OtlpMessage.KeyValue);
        Set(OtlpMessage.Span, 10, Varint);
        Set(OtlpMessage.Span, 11, Length, OtlpMessage.Event);
        Set(OtlpMessage.Span, 12, Varint);
        Set(OtlpMessage.Span, 13, Length, OtlpMessage.Link);
        Set(OtlpMessage.Span, 14, Varint);
        Set(OtlpMessage.Span, 15, Length, OtlpMessage.Status);
        Set(OtlpMessage.Span, 16, Fixed32);
        Set(OtlpMessage.Event, 1, Fixed64);
        Set(OtlpMessage.Event, 2, Length);
        Set(OtlpMessage.Event, 3, Length, OtlpMessage.KeyValue);
        Set(OtlpMessage.Event, 4, Varint);
        Set(OtlpMessage.Link, 1, Length);
        Set(OtlpMessage.Link, 2, Length);
        Set(OtlpMessage.Link, 3, Length);
        Set(OtlpMessage.Link, 4, Length, OtlpMessage.KeyValue);
        Set(OtlpMessage.Link, 5, Varint);
        Set(OtlpMessage.Link, 6, Fixed32);
        Set(OtlpMessage.Status, 2, Length);
        Set(OtlpMessage.Status, 3, Varint);
        Set(OtlpMessage.KeyValue, 1, Length);
        Set(OtlpMessage.KeyValue, 2, Length, OtlpMessage.AnyValue);
        Set(OtlpMessage.AnyValue, 1, Length);
        Set(OtlpMessage.AnyValue, 2, Varint);
        Set(OtlpMessage.AnyValue, 3, Varint);
        Set(OtlpMessage.AnyValue, 4, Fixed64);
        Set(OtlpMessage.AnyValue, 5, Length, OtlpMessage.ArrayValue);
        Set(OtlpMessage.AnyValue, 6, Length, OtlpMessage.KeyValueList);
        Set(OtlpMessage.AnyValue, 7, Length);
        Set(OtlpMessage.ArrayValue, 1, Length, OtlpMessage.AnyValue);
        Set(OtlpMessage.KeyValueList, 1, Length, OtlpMessage.KeyValue);
        return table;

        void Set(OtlpMessage message, int field, int wireType, OtlpMessage child = OtlpMessage.None) =>
            table[((int)message << FieldBits) | field] = (byte)((wireType + 1) | ((int)child << 3));
    }
}
