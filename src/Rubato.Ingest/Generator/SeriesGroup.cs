namespace Rubato.Ingest.Generator;

/// <summary>One label set and its counters and histograms. Used by the generator's loop only.</summary>
internal sealed class SeriesGroup(SeriesKind kind, SeriesLabels labels, bool classic, NativeHistogramOptions? native)
{
    public SeriesKind Kind => kind;

    public SeriesLabels Labels => labels;

    /// <summary>Labels that <see cref="LabelValueLimit"/> counts; empty without such a limit.</summary>
    public KeyValuePair<string, string>[] Counted { get; init; } = [];

    /// <summary>Counts what has no room for series of its own.</summary>
    public bool IsOverflow { get; init; }

    /// <summary>Nothing changed it for too long: who kept it asks the registry for new series.</summary>
    public bool HasEnded { get; set; }

    public double[] Counters { get; } = new double[kind.Counters.Length];

    public Histogram?[] Histograms { get; } = new Histogram?[kind.Histograms.Length];

    /// <summary>When a span last changed it, milliseconds since 1970.</summary>
    public long UpdatedMs { get; set; }

    /// <summary>Bits of counters and histograms that were sent before: the first time a 0 goes before them, so that a rate sees the first increase.</summary>
    public ulong Sent { get; set; }

    public Histogram HistogramAt(int i) => Histograms[i] ??= new Histogram(kind.Bounds, classic, native);
}
