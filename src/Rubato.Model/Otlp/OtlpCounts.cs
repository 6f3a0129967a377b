using System.Globalization;

namespace Rubato.Model.Otlp;

/// <summary>What became of the spans of one request.</summary>
public record struct OtlpCounts
{
    /// <summary>Spans with good ids that the filter did not refuse.</summary>
    public int Accepted { get; set; }

    /// <summary>Trace id not 16 bytes. All zero is allowed.</summary>
    public int BadTraceIds { get; set; }

    /// <summary>Span id not 8 bytes, or all zero.</summary>
    public int BadSpanIds { get; set; }

    /// <summary>Refused by the filter.</summary>
    public int Refused { get; set; }

    /// <summary>Spans (accepted ones) whose parent id was neither empty nor 8 bytes: they are kept as roots.</summary>
    public int BadParentIds { get; set; }

    /// <summary>Bits of the first bad trace id.</summary>
    public int FirstBadTraceIdBits { get; set; }

    /// <summary>Bits of the first bad span id; 0 for one that is all zero.</summary>
    public int FirstBadSpanIdBits { get; set; }

    public readonly int Spans => Accepted + Refused + BadIds;

    public readonly int BadIds => BadTraceIds + BadSpanIds;

    /// <summary>Why spans have bad ids, in the words that Tempo's clients know (spec/limits-and-overrides.md 2.2); empty without any.</summary>
    public readonly string BadIdMessage =>
        BadTraceIds > 0 ? string.Create(CultureInfo.InvariantCulture, $"trace ids must be 128 bit, received {FirstBadTraceIdBits} bits")
        : BadSpanIds > 0 ? string.Create(CultureInfo.InvariantCulture, $"span ids must be 64 bit and not all zero, received {FirstBadSpanIdBits} bits")
        : "";
}
