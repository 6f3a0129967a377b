namespace Rubato.Ingest.Generator;

/// <summary>One label set and its counters and histograms. Used by the generator's loop only.</summary>
internal sealed class SeriesGroup(SeriesKind kind, KeyValuePair<string, string>[] labels, bool classic, bool native)
{
    public SeriesKind Kind => kind;

    /// <summary>Sorted by name in byte order, without <c>__name__</c> and <c>le</c>, no value empty.</summary>
    public KeyValuePair<string, string>[] Labels => labels;

    public double[] Counters { get; } = new double[kind.Counters.Length];

    public Histogram?[] Histograms { get; } = new Histogram?[kind.Histograms.Length];

    /// <summary>When a span last changed it, milliseconds since 1970.</summary>
    public long UpdatedMs { get; set; }

    /// <summary>Bits of counters and histograms that were sent before: the first time a 0 goes before them, so that a rate sees the first increase.</summary>
    public ulong Sent { get; set; }

    public Histogram HistogramAt(int i) => Histograms[i] ??= new Histogram(kind.Bounds, classic, native);
}
