namespace Rubato.Ingest.Generator;

/// <summary>What makes a tenant's series what they are: when it changes, all of them begin anew.</summary>
public sealed record SeriesOptions
{
    public bool Classic { get; init; } = true;

    /// <summary>Null: no native histograms.</summary>
    public NativeHistogramOptions? Native { get; init; }

    public int MaxLabelNameLength { get; init; } = 1024;

    public int MaxLabelValueLength { get; init; } = 2048;

    /// <summary>Distinct values of one label; 0 for no limit.</summary>
    public int MaxValuesPerLabel { get; init; }

    public ValueList<KeyValuePair<string, string>> ExternalLabels { get; init; } = [];
}
