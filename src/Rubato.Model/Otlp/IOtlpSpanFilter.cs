using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>
/// Is asked about every span with good ids, in the order of the wire; the order is the same in the validator, the reader
/// and the subset writer, so that an answer can be kept by its number. A struct, so that asking costs a direct call.
/// </summary>
public interface IOtlpSpanFilter
{
    /// <summary>False refuses the span.</summary>
    /// <param name="traceId">Its trace.</param>
    /// <param name="spanBytes">Length of its encoded Span message.</param>
    bool Accept(TraceId traceId, int spanBytes);
}

/// <summary>Refuses nothing.</summary>
public readonly struct AcceptAllSpans : IOtlpSpanFilter
{
    public bool Accept(TraceId traceId, int spanBytes) => true;
}
