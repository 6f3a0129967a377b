using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>What a first stage does with the spans that a pipeline leaves. Safe for several segments at a time.</summary>
internal interface IMetricsObserver
{
    /// <summary>The function looks at values that need all spans of a trace.</summary>
    bool NeedsWholeTrace { get; }

    /// <summary>No column holds what the function looks at: only whole traces will do.</summary>
    bool NeedsObjects { get; }

    /// <summary>Adds the fields that the function looks at.</summary>
    void AddTo(NeededFields needed);

    /// <summary>Observes rows of a segment; those outside the time range are passed over.</summary>
    ValueTask ObserveAsync(SegmentScan scan, Selection hits);

    /// <summary>Observes spans of a whole trace, by their index.</summary>
    void Observe(PlainTrace trace, IEnumerable<int> spans);

    IEnumerable<MetricsSeries> Series();
}
