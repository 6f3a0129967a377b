namespace Rubato.Ingest.Generator;

/// <summary>The metrics that one label set has.</summary>
/// <param name="Name">For the overflow series and messages.</param>
/// <param name="Counters">Names of counters.</param>
/// <param name="Histograms">Names of histograms, all with the same bounds.</param>
/// <param name="Bounds">Upper bounds in seconds, without +Inf.</param>
/// <param name="Gauge">A gauge that is always 1, or null.</param>
internal sealed record SeriesKind(string Name, string[] Counters, string[] Histograms, double[] Bounds, string? Gauge = null)
{
    /// <summary>What a label set counts against the limit.</summary>
    public int Cost(bool classic, bool native) =>
        Counters.Length + (Gauge is null ? 0 : 1) + (Histograms.Length * ((classic ? Bounds.Length + 3 : 0) + (native ? 1 : 0)));
}
