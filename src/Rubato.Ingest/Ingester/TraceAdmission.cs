using System.Collections.Frozen;
using Rubato.Model.Spans;

namespace Rubato.Ingest.Ingester;

/// <summary>Which traces of a request their tenant's limits refuse. The others are admitted and counted.</summary>
public sealed class TraceAdmission
{
    public static TraceAdmission All { get; } = new();

    /// <summary>All their spans of the request are refused.</summary>
    public IReadOnlyDictionary<TraceId, TraceRefusal> Refused { get; init; } = FrozenDictionary<TraceId, TraceRefusal>.Empty;

    /// <summary>Spans of new traces beyond the limit of live ones.</summary>
    public int LiveTracesExceeded { get; init; }

    /// <summary>Spans that would make their trace larger than it may be.</summary>
    public int TraceTooLarge { get; init; }

    /// <summary>For the sender, beginning with Tempo's word for the limit; empty when nothing is refused.</summary>
    public string Message { get; init; } = "";

    public int Spans => LiveTracesExceeded + TraceTooLarge;
}

/// <summary>Why a trace is refused: the reasons of <c>tempo_discarded_spans_total</c>.</summary>
public enum TraceRefusal
{
    /// <summary><c>live_traces_exceeded</c>: a new trace, and the tenant has as many live ones as it may.</summary>
    LiveTracesExceeded,

    /// <summary><c>trace_too_large</c>: the trace would be larger than it may be.</summary>
    TraceTooLarge,
}
